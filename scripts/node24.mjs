// Runs a TypeScript file of this repository on Node 24 or later, or says in one line what is missing.
// Plain JavaScript, since it has to be readable by the Node that is too old.
import { spawn } from 'node:child_process';
import * as module from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [file, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `This needs Node 24 or later, and this is ${process.version}. On Linux x64 and arm64 with glibc the pinned Node comes with "pnpm install"; elsewhere install Node 24 from your own source.\n`,
  );
  process.exit(2);
}
// What Node compiles (and strips of its types) is kept, so that only the first run of a file pays for it.
const cache = process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../.build/compile-cache', import.meta.url));
/** Commands that run no handlers need none of the flags, and so no second start of Node. */
const LOOKERS = new Set(['check', 'plan', 'faults', 'ping', 'watch', 'stop']);

if (file.endsWith('canary/src/main.ts') && LOOKERS.has(args[0])) {
  module.enableCompileCache(cache);
  process.argv.splice(1, 2, file);
  await import(pathToFileURL(resolve(file)).href);
} else {
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
  // Lambda's time zone is UTC and its locale en_US, and those of a handler are the process's.
  const env = { ...process.env, NODE_COMPILE_CACHE: cache, TZ: 'UTC', LC_ALL: 'en_US.UTF-8' };
  const child = spawn(process.execPath, [...flags, file, ...args], { stdio: 'inherit', env });
  // Ctrl-C reaches the child too; these are sent to one process. It ends as it sees fit, and its exit code is what counts.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (code) => process.exit(code ?? 130));
}
