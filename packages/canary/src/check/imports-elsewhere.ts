/** Does code need other code than what lies beside it, the SDK and its language's own? Then absence proves nothing. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';

const JAVASCRIPT = /\.[mc]?[jt]s$/;
const JAVASCRIPT_IMPORTS = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(['"`])([^'"`]+)\1/g;
const PYTHON_IMPORTS =
  /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*))/gm;

/** Every runtime has them, and nobody's wrappers are in them. */
const SDK = /^(?:@aws-sdk\/|@smithy\/|aws-sdk$|aws-sdk\/)/;
const PYTHON_SDK = new Set(['boto3', 'botocore']);
const PYTHON_OWN = new Set(
  (
    '__future__ abc argparse array ast asyncio base64 binascii bisect calendar cmath collections concurrent contextlib ' +
    'contextvars copy csv ctypes dataclasses datetime decimal difflib email enum errno fnmatch fractions functools gc ' +
    'getpass glob gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json keyword linecache locale ' +
    'logging lzma math mimetypes multiprocessing numbers operator os pathlib pickle pkgutil platform pprint queue random re ' +
    'sched secrets select shutil signal socket ssl stat statistics string struct subprocess sys sysconfig tarfile tempfile ' +
    'textwrap threading time timeit token tokenize traceback types typing unicodedata unittest urllib uuid warnings weakref ' +
    'xml zipfile zlib zoneinfo'
  ).split(' '),
);

/** `texts`: the files of a package by their paths in it. */
export const importsElsewhere = (texts: ReadonlyMap<string, string>): boolean =>
  [...texts].some(([path, text]) =>
    JAVASCRIPT.test(path) ? javascriptNeedsMore(path, text) : path.endsWith('.py') && pythonNeedsMore(text, texts),
  );

const javascriptNeedsMore = (path: string, text: string): boolean =>
  [...text.matchAll(JAVASCRIPT_IMPORTS)].some(([, , name = '']) => {
    if (/^\.\.?(?:\/|$)/.test(name)) return posix.join(posix.dirname(slashed(path)), name).startsWith('..');
    return !name.startsWith('node:') && !SDK.test(name) && !builtinModules.includes(name);
  });

function pythonNeedsMore(text: string, texts: ReadonlyMap<string, string>): boolean {
  const own = new Set([...texts.keys()].map((path) => slashed(path).split('/')[0]?.replace(/\.py$/, '')));
  const names = [...text.matchAll(PYTHON_IMPORTS)].flatMap(([, from, many = '']) =>
    from === undefined ? many.split(',').map((it) => it.trim().split(/\s/)[0] ?? '') : [from],
  );
  return names.some((name) => {
    const [root = ''] = name.split('.');
    return root !== '' && !PYTHON_OWN.has(root) && !PYTHON_SDK.has(root) && !own.has(root);
  });
}

const slashed = (path: string): string => path.replaceAll('\\', '/');
