import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { answerOf, handlerOf, runHandler } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1 });
afterAll(() => runner.close());

const HEAD =
  "import fs from 'node:fs'; import fsp from 'node:fs/promises'; import { promisify } from 'node:util'; import os from 'node:os'; import path from 'node:path'; const sleep = (ms) => new Promise((r) => setTimeout(r, ms))";
const files = (body: string) => ({ 'index.mjs': handlerOf(body, HEAD), 'data/a.txt': 'unicorn', 'a.txt': 'here' });

test.each<[string, string, unknown]>([
  [
    'a relative path is in the package',
    'return [fs.readFileSync("./a.txt", "utf8"), fs.existsSync("data/a.txt")];',
    ['here', true],
  ],
  [
    'a relative path after chdir',
    'process.chdir("/tmp"); fs.writeFileSync("x", "1"); return [fs.existsSync("/tmp/x"), process.cwd()];',
    [true, '/tmp'],
  ],
  ['a path with dots', 'return fs.readFileSync("/tmp/../var/task/a.txt", "utf8");', 'here'],
  [
    'promisify(exists)',
    'return [await promisify(fs.exists)("/var/task/a.txt"), await promisify(fs.exists)("b.txt")];',
    [true, false],
  ],
  [
    'promisify(read) has both results',
    'const fd = fs.openSync("a.txt"); const { bytesRead, buffer } = await promisify(fs.read)(fd, Buffer.alloc(2), 0, 2, 0); fs.closeSync(fd); return [bytesRead, buffer.toString()];',
    [2, 'he'],
  ],
  [
    'a database is a file of the environment',
    'const { DatabaseSync } = await import("node:sqlite"); new DatabaseSync("/tmp/a.db").exec("create table t (a)"); new DatabaseSync(":memory:").close(); return fs.existsSync("/tmp/a.db");',
    true,
  ],
  [
    'a temporary directory has a path of the environment',
    'const all = [fs.mkdtempSync(path.join(os.tmpdir(), "x-")), await fsp.mkdtemp("/tmp/y-"), await promisify(fs.mkdtemp)("/tmp/z-")]; return all.map((one) => [/^\\/tmp\\/[xyz]-\\w{6}$/.test(one), fs.statSync(one).isDirectory()]);',
    [
      [true, true],
      [true, true],
      [true, true],
    ],
  ],
  [
    'real paths, links and entries read as the environment knows them',
    'fs.writeFileSync("/tmp/a", ""); fs.symlinkSync("/tmp/a", "/tmp/b"); const [entry] = fs.readdirSync("/tmp", { withFileTypes: true }); return [fs.realpathSync("/tmp/b"), fs.realpathSync.native("/tmp/b"), fs.readlinkSync("/tmp/b"), entry.parentPath, await fsp.realpath("/tmp/a"), fs.mkdirSync("/tmp/c/d", { recursive: true })];',
    ['/tmp/a', '/tmp/a', '/tmp/a', '/tmp', '/tmp/a', '/tmp/c'],
  ],
])('%s', async (_title, body, expected) => {
  expect(await answerOf(runner, { files: files(body) })).toEqual(expected);
});

test.each<[string, string]>([
  ['writeFileSync', 'fs.writeFileSync("/tmp/a", "1");'],
  ['appendFile', 'await promisify(fs.appendFile)("/tmp/a", "1");'],
  ['a handle', 'const h = await fsp.open("/tmp/a", "w"); await sleep(20); await h.write("1"); await h.close();'],
  ['a stream', 'await new Promise((r) => fs.createWriteStream("/tmp/a").on("close", r).end("1"));'],
  ['copyFile', 'await fsp.copyFile("a.txt", "/tmp/a");'],
])('what %s leaves is as old as the environment finds it', async (_title, write) => {
  const body = `${write} const at = Date.now(); await sleep(700); return [Date.now() - fs.statSync("/tmp/a").mtime.getTime(), Date.now() - at];`;
  expect(await answerOf(runner, { files: files(body) })).toEqual([700, 700]);
});

test.each<[string, string, string]>([
  ['writeFileSync', 'fs.writeFileSync("/var/task/x", "1")', "EROFS: read-only file system, open '/var/task/x'"],
  ['a relative path', 'fs.appendFileSync("a.txt", "1")', "EROFS: read-only file system, open '/var/task/a.txt'"],
  ['a path of the machine', 'fs.mkdirSync("/rehearsed")', "EROFS: read-only file system, mkdir '/rehearsed'"],
  ['a promise', 'await fsp.writeFile("/var/task/x", "1")', "EROFS: read-only file system, open '/var/task/x'"],
  [
    'a callback',
    'await promisify(fs.unlink)("/var/task/a.txt")',
    "EROFS: read-only file system, unlink '/var/task/a.txt'",
  ],
  [
    'a stream',
    'await new Promise((_, no) => fs.createWriteStream("x").on("error", no))',
    "EROFS: read-only file system, open '/var/task/x'",
  ],
  [
    'copying into the package',
    'fs.copyFileSync("a.txt", "b.txt")',
    "EROFS: read-only file system, copyfile '/var/task/b.txt'",
  ],
  [
    'asking whether it may',
    'fs.accessSync("a.txt", fs.constants.W_OK)',
    "EROFS: read-only file system, access '/var/task/a.txt'",
  ],
  [
    'removing what is not there',
    'fs.rmSync("/var/task/none")',
    "ENOENT: no such file or directory, lstat '/var/task/none'",
  ],
  [
    'a directory that is there',
    'fs.mkdirSync("/var/task/data")',
    "EEXIST: file already exists, mkdir '/var/task/data'",
  ],
  [
    'nothing',
    'fs.mkdirSync("data", { recursive: true }); fs.writeFileSync("/dev/null", "1"); throw new Error("fine")',
    'fine',
  ],
])('only /tmp can be written to: %s', async (_title, write, message) => {
  expect(await answerOf(runner, { files: files(`${write};`) })).toMatchObject({ errorMessage: message });
});

test.each<[string, string]>([
  ['writeSync', 'fs.writeSync(1, "one\\n"); fs.writeSync(2, Buffer.from("xtwo\\n"), 1, 4);'],
  ['write', 'fs.write(1, "one\\n", () => {}); await promisify(fs.write)(2, Buffer.from("xtwo\\n"), 1, 4);'],
  [
    'writev',
    'fs.writevSync(1, [Buffer.from("on"), Buffer.from("e\\n")]); await promisify(fs.writev)(2, [Buffer.from("two\\n")]);',
  ],
  [
    'a stream on the descriptor',
    'await new Promise((r) => fs.createWriteStream("", { fd: 1, autoClose: false }).end("one\\ntwo\\n", r));',
  ],
])('what %s writes to the standard streams is a log line', async (_title, body) => {
  const [settled] = await runHandler(runner, { files: files(`${body} return 1;`) });
  expect([settled?.payload, settled?.lines.map(({ message }) => message)]).toEqual(['1', ['one', 'two']]);
});
