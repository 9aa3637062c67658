/**
 * The source of the module that stands before a release's own handler and puts faults into it. The bundle inside is
 * not touched: it is loaded under another name. The wrapper is of the same kind and has its name, so that whatever else
 * the release loads by that name is there as before.
 *
 * Whether a request is faulty is drawn from its request id, so that it depends on the seed and on nothing else. A fault
 * begins at an absolute virtual instant; a count from the start of an environment would begin anew after every crash.
 * Code built against the catalogue seam reads the request's faults under `Symbol.for('rehearsal.faults')`: an
 * environment has one request at a time.
 */
import type { Instant } from '@unicorns/cloud';
import type { Fault } from './fault.ts';

export interface Wrapping {
  /** Where the wrapper finds the release's module: `./index.release.mjs`. */
  readonly specifier: string;
  readonly kind: 'esm' | 'cjs';
  readonly exportName: string;
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly startsAt: Instant;
  /** `status` and `empty-list` are the catalogue's to do; without it the wrapper changes the answer. */
  readonly hasCatalogueSeam: boolean;
}

export function wrapperSource(wrapping: Wrapping): string {
  const { specifier, kind, exportName, faults, seed, startsAt, hasCatalogueSeam } = wrapping;
  const plan = faults.map((fault) => ({ ...fault, fromMs: startsAt + fault.fromMs }));
  const [head, foot] = KINDS[kind](JSON.stringify(specifier), exportName);
  return `${head}
const faults = ${JSON.stringify(plan)};
const seed = ${JSON.stringify(seed)};
const original = release[${JSON.stringify(exportName)}] ?? release.default?.[${JSON.stringify(exportName)}];
const changesAnswers = ${JSON.stringify(!hasCatalogueSeam)};
${RUNTIME}
const handler = original === undefined ? undefined : alike(wrapped, original);
${foot}
`;
}

type Ends = (specifier: string, exportName: string) => readonly [head: string, foot: string];

const KINDS: { readonly [K in Wrapping['kind']]: Ends } = {
  esm: (specifier, exportName) => [
    `import * as release from ${specifier};\nexport * from ${specifier};`,
    `export { handler as ${exportName} };\nexport default release.default;`,
  ],
  // What a bundler exports can often not be assigned to, so that a copy carries the wrapper.
  cjs: (specifier, exportName) => [
    `const release = require(${specifier});`,
    `const own = Object.getOwnPropertyDescriptors(release);
const put = { value: handler, enumerable: true, configurable: true, writable: true };
if (typeof release === 'function') module.exports = Object.defineProperty(release, '${exportName}', put);
else module.exports = Object.create(Object.getPrototypeOf(release), { ...own, ${exportName}: put });`,
  ],
};

/** Plain JavaScript for Lambda's runtime: no imports, so that it fits before any bundle. */
const RUNTIME = `
let losesLines = false;
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write;
  stream.write = function (chunk, ...rest) {
    if (losesLines && /"log"\\s*:\\s*"response"/.test(String(chunk))) return true;
    return write.call(this, chunk, ...rest);
  };
}
for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
  const print = console[level];
  console[level] = (...values) => {
    const text = values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))).join(' ');
    if (!(losesLines && /"log"\\s*:\\s*"response"/.test(text))) print.apply(console, values);
  };
}

function drawn(requestId, index) {
  let h = 0x811c9dc5 ^ seed;
  for (const char of index + ':' + requestId) h = Math.imul(h ^ char.charCodeAt(0), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function answerOf(event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    const answer = original.length > 2 ? original(event, context, callback) : original(event, context);
    if (typeof answer?.then === 'function') answer.then(resolve, reject);
    else if (original.length < 3) resolve(answer);
  });
}

async function wrapped(event, context) {
  const now = Date.now();
  const active = faults.filter(({ share, fromMs }, index) => now >= fromMs && drawn(context.awsRequestId, index) < share);
  const has = (kind) => active.find((fault) => fault.kind === kind);
  globalThis[Symbol.for('rehearsal.faults')] = active;
  losesLines = has('lost-response-line') !== undefined;
  if (has('latency')) await later(has('latency').ms);
  if (has('exit')) process.exit(1);
  if (has('oom')) process.kill(process.pid, 'SIGKILL');
  if (has('timeout') || has('oom')) await later(context.getRemainingTimeInMillis() + 60_000);
  if (has('throw')) throw new Error('A fault of the rehearsal: this request throws.');
  const answer = await answerOf(event, context);
  if (has('malformed')) return { statusCode: 'malformed', body: { rows: [] } };
  if (!changesAnswers) return answer;
  if (has('status')) return { ...answer, statusCode: has('status').code, body: '{"message":"A fault of the rehearsal."}' };
  if (has('empty-list')) return { ...answer, body: emptied(answer?.body) };
  return answer;
}

/** The runtime looks at how many parameters a handler has, and for marks on it. */
function alike(wrapper, original) {
  if (typeof original !== 'function') return original;
  for (const key of Object.getOwnPropertySymbols(original)) wrapper[key] = original[key];
  return Object.defineProperty(wrapper, 'length', { value: original.length });
}

function emptied(body) {
  const lists = (value) =>
    Array.isArray(value) ? [] : value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, lists(inner)])) : value;
  try {
    return JSON.stringify(lists(JSON.parse(body)));
  } catch {
    return '[]';
  }
}
`;
