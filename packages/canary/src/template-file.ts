/** A template from the disk, or a sentence that says why there is none: for every command that takes one. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@unicorns/cloud/user-error';

const USUAL_NAMES = ['template.yaml', 'template.yml', 'template.json'];

/** Undefined when there is a file of this name. */
export function whyNoTemplate(file: string): string | undefined {
  if (!existsSync(file)) return `There is no template ${file === '' ? 'without a name' : file}.`;
  if (!statSync(file).isDirectory()) return undefined;
  const inside = USUAL_NAMES.map((name) => join(file, name)).find((path) => existsSync(path));
  return `${file} is a folder. Name the template in it${inside === undefined ? '' : `, ${inside}`}.`;
}

/** Its text. Throws UserError. */
export function readTemplateFile(file: string): string {
  const why = whyNoTemplate(file);
  if (why !== undefined) throw new UserError(why);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new UserError(`The template ${file} cannot be read${code}.`, { cause });
  }
}
