import type { Problems } from './problems.ts';
import type { Path, Value } from './template-value.ts';
import { isList, isMap } from './template-value.ts';

/** Source: CFNG:dynamic-references (D) */
const REFERENCE = /\{\{resolve:(?:ssm|ssm-secure|secretsmanager):[^{}]*\}\}/g;

/** `{{resolve:ssm:…}}` is filled in by AWS when it deploys, from stores that are not part of a rehearsal. Each is told once. */
export function warnOfDynamicReferences(value: Value, path: Path, warnings: Problems): void {
  if (typeof value === 'string')
    for (const [reference] of value.matchAll(REFERENCE)) {
      const message = `What ${reference} stands for is known to AWS alone: here it stays as it is written.`;
      if (!warnings.all.some((it) => it.message === message)) warnings.add(path, message);
    }
  if (isList(value)) for (const [i, item] of value.entries()) warnOfDynamicReferences(item, [...path, i], warnings);
  if (isMap(value))
    for (const [key, item] of Object.entries(value)) warnOfDynamicReferences(item, [...path, key], warnings);
}
