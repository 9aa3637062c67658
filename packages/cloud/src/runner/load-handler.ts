/** Finds and loads the handler as the runtime interface client does. Source: RIC 4.0.2 (R), reference §4.4. */
import { posix } from 'node:path';
import { TASK_ROOT, type CodePackage } from './code-package.ts';
import { RuntimeError } from './handler-errors.ts';
import type { Image } from './index.ts';
import { createHandler, type Handler, type HandlerFunction } from './invoke-handler.ts';
import type { ModuleInstances, Namespace } from './module-instances.ts';
import { runtimeMajor } from './runtime-version.ts';

const CALLBACKS_REMOVED =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

export async function loadHandler(image: Image, code: CodePackage, modules: ModuleInstances): Promise<Handler> {
  const { modulePath, exportPath } = parseHandler(image.handler);
  const module = await loadModule(image, code, modules, modulePath);
  const found = findExport(module, exportPath) ?? findExport(module['default'], exportPath);
  if (found === undefined || found === null)
    throw new RuntimeError('HandlerNotFound', `${image.handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new RuntimeError('HandlerNotFound', `${image.handler} is not a function`);
  if (STREAMING in found)
    throw new RuntimeError(
      'StreamingNotRehearsed',
      `${image.handler} streams its response, which cannot be rehearsed.`,
    );
  if (runtimeMajor(image.runtime) >= 24 && found.length >= 3)
    throw new RuntimeError('CallbackHandlerDeprecated', CALLBACKS_REMOVED);
  return createHandler(found as HandlerFunction);
}

function parseHandler(handler: string): { modulePath: string; exportPath: string } {
  if (handler.includes('..'))
    throw new RuntimeError(
      'MalformedHandlerName',
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  const base = posix.basename(handler);
  const [, name, exportPath] = /^([^.]*)\.(.*)$/.exec(base) ?? [];
  if (name === undefined || exportPath === undefined) throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  const root = handler.slice(0, handler.length - base.length);
  return { modulePath: posix.resolve(TASK_ROOT, root, name), exportPath };
}

async function loadModule(
  image: Image,
  code: CodePackage,
  modules: ModuleInstances,
  modulePath: string,
): Promise<Namespace> {
  const path = ['', '.js', '.mjs', '.cjs'].map((end) => modulePath + end).find((one) => code.has(one));
  if (path === undefined) {
    const name = posix.basename(modulePath);
    throw new RuntimeError(
      'ImportModuleError',
      `Error: Cannot find module '${name}'\nRequire stack:\n- ${RUNTIME_FILE}`,
    );
  }
  try {
    return await modules.load(path);
  } catch (error) {
    throw importError(image, error);
  }
}

const RUNTIME_FILE = '/var/runtime/index.mjs';

function importError(image: Image, error: unknown): unknown {
  if (error instanceof SyntaxError) return new RuntimeError('UserCodeSyntaxError', String(error), { cause: error });
  const code = (error as { code?: unknown } | null)?.code;
  const isMissing =
    code === 'MODULE_NOT_FOUND' || (code === 'ERR_MODULE_NOT_FOUND' && runtimeMajor(image.runtime) < 24);
  if (!(error instanceof Error) || !isMissing) return error;
  const stack = error.message.includes('Require stack:') ? `\n- ${RUNTIME_FILE}` : '';
  return new RuntimeError('ImportModuleError', `${String(error)}${stack}`, { cause: error });
}

/** `a.b` → module.a.b */
function findExport(module: unknown, exportPath: string): unknown {
  return exportPath
    .split('.')
    .reduce<unknown>(
      (nested, key) => (typeof nested === 'object' && nested !== null ? (nested as Namespace)[key] : undefined),
      module,
    );
}
