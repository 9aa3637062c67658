// Runs a TypeScript file of this repository on Node 24 or later, or says in one line what is missing.
// Plain JavaScript, since it has to be readable by the Node that is too old.
import { spawnSync } from 'node:child_process';
import * as module from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [file, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `This needs Node 24 or later, and this is ${process.version}. On Linux x64 and arm64 the pinned Node comes with "pnpm install"; elsewhere install Node 24 from your own source.\n`,
  );
  process.exit(2);
}
// What Node compiles (and strips of its types) is kept, so that only the first run of a file pays for it. Lambda's time
// zone is UTC and its locale en_US, and those of a handler are the process's.
const cache = process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../.build/compile-cache', import.meta.url));
process.env.TZ = 'UTC';
process.env.LC_ALL = 'en_US.UTF-8';
/** Commands that run no handlers need none of the flags, and so no second start of Node. */
const LOOKERS = new Set(['check', 'plan', 'faults']);

if (file.endsWith('canary/src/main.ts') && LOOKERS.has(args[0])) {
  module.enableCompileCache(cache);
  process.argv.splice(1, 2, file);
  await import(pathToFileURL(resolve(file)).href);
} else {
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
  const env = { ...process.env, NODE_COMPILE_CACHE: cache };
  // Ctrl-C reaches the child too. It ends as it sees fit, and its exit code is what counts.
  process.on('SIGINT', () => {});
  const { status, signal } = spawnSync(process.execPath, [...flags, file, ...args], { stdio: 'inherit', env });
  process.exit(signal ? 130 : (status ?? 70));
}
