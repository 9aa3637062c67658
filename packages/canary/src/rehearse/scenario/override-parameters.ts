/** Parameters of the command line over those of scenarios, which may release templates that do not have them all. */
import { UserError } from '@unicorns/cloud';
import { isMap, isScalar, parseDocument } from 'yaml';
import type { Rehearsal, Template } from '../rehearsal.ts';

type Parameters = Readonly<Record<string, string>>;

/** Those that the template declares. */
export function declaredIn(template: Template, parameters: Parameters): Parameters {
  const names = new Set(namesIn(template));
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.has(name)));
}

/** Throws UserError for each that no template declares. */
export function requireDeclared(rehearsals: readonly Rehearsal[], parameters: Parameters): void {
  const templates = new Map(
    rehearsals.flatMap(({ releases }) => releases.map(({ template }) => [template.fileName, template])),
  );
  const known = new Set([...templates.values()].flatMap(namesIn));
  const unknown = Object.keys(parameters).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const files = [...templates.keys()].join(' and ');
  throw new UserError(
    unknown.map((name) => ({
      message: `There is no parameter "${name}" in ${files}. ${known.size === 0 ? 'There are none.' : `There are ${[...known].join(', ')}.`}`,
    })),
  );
}

function namesIn({ text }: Template): readonly string[] {
  const declared = parseDocument(text, { logLevel: 'silent' }).get('Parameters');
  return isMap(declared) ? declared.items.map(({ key }) => (isScalar(key) ? String(key.value) : '')) : [];
}
