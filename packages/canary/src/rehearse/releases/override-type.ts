import { PREDEFINED, UserError } from '@unicorns/cloud';
import { parseDocument } from 'yaml';
import type { Template } from '../rehearsal.ts';
import { findCanaryFunctions } from './canary-functions.ts';

/** What SAM puts before the name of a predefined one. */
const PREFIX = 'CodeDeployDefault.Lambda';

export interface Configured {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Another traffic shifting configuration for every function that is released by canary: by the parameter that their
 * `Type` refers to, else in the text of the template (also in place of one that refers to a configuration of the
 * template's own), whose lines stay where they are.
 */
export function overrideType({ template, parameters }: Configured, type: string): Configured {
  requireConfiguration(template, type);
  const functions = findCanaryFunctions(template);
  const places = functions.flatMap((it) => (it.type === undefined ? [] : [{ ...it.type, of: it.logicalId }]));
  if (places.length === 0) {
    throw new UserError([
      {
        message: `No function has a DeploymentPreference with a Type that could become ${type}.`,
        file: template.fileName,
      },
    ]);
  }
  const declared = parseDocument(template.text, { logLevel: 'silent' });
  const changed = { ...parameters };
  let { text } = template;
  for (const { tag, text: written, range, of } of uniquePlaces(places)) {
    if (tag === '!Ref' && declared.hasIn(['Parameters', written])) changed[written] = type;
    else if (tag?.startsWith('!') && tag !== '!Ref') {
      const message = `The traffic configuration of "${of}" is an intrinsic function (${tag}); set its parameters instead.`;
      throw new UserError([{ message, file: template.fileName }]);
    } else text = withType(text, range, type);
  }
  return { template: { ...template, text }, parameters: changed };
}

/** An account may have configurations of its own; here there are AWS's and those that the template makes. */
export function requireConfiguration({ text, fileName }: Template, type: string): void {
  const names = [...PREDEFINED.keys()];
  const isPredefined = names.includes(type) || names.includes(PREFIX + type);
  if (isPredefined || text.includes('AWS::CodeDeploy::DeploymentConfig')) return;
  const known = names.map((name) => name.replace(PREFIX, '')).join(', ');
  const message = `There is no traffic shifting configuration "${type}". Those of AWS are ${known}; one of your own has to be a resource of the template.`;
  throw new UserError([{ message, file: fileName }]);
}

/** A mapping's range ends with the line behind it. */
function withType(text: string, [start, end]: readonly [number, number], type: string): string {
  return text.slice(0, start) + type + text.slice(start + text.slice(start, end).trimEnd().length);
}

/** Each place once (Globals serve many functions), the last one first, so that ranges stay true. */
function uniquePlaces<T extends { readonly range: readonly [number, number] }>(places: readonly T[]): readonly T[] {
  const byStart = new Map(places.map((place) => [place.range[0], place]));
  return [...byStart.values()].toSorted((a, b) => b.range[0] - a.range[0]);
}
