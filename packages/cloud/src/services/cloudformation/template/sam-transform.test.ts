import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseTemplate } from './parse.ts';
import { samTransform } from './sam-transform.ts';
import type { Value, ValueMap } from './template-value.ts';
import { isMap, mapAt } from './template-value.ts';

const goldens = new URL('goldens/', import.meta.url);
const names = readdirSync(goldens)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));

/** Transforms a golden with the values that its first lines give. */
function transformed(name: string): { readonly template: ValueMap; readonly errors: readonly string[] } {
  const text = readFileSync(new URL(`${name}.yaml`, goldens), 'utf8');
  const { body, problems } = parseTemplate(text, `${name}.yaml`);
  const parameters = new Map<string, Value>([
    ['AWS::Region', 'us-east-1'],
    ['AWS::Partition', 'aws'],
  ]);
  for (const [parameter, declaration] of Object.entries(mapAt(body, 'Parameters'))) {
    const value = isMap(declaration) ? declaration['Default'] : undefined;
    if (value !== undefined) parameters.set(parameter, value);
  }
  for (const [, parameter = '', value = ''] of text.matchAll(/^# Parameter: (.+?)=(.*)$/gm))
    parameters.set(parameter, value);
  const { template } = samTransform({
    template: body,
    parameters,
    partition: 'aws',
    nowSeconds: 1_700_000_000,
    problems,
    resolveCode: (path) => ({ S3Bucket: 'artifacts', S3Key: path }),
  });
  return { template, errors: problems.all.map((it) => it.message).toSorted() };
}

const recorded = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, goldens), 'utf8'));

test.each(names.filter((name) => !name.startsWith('error_')))('%s, as AWS transforms it', (name) => {
  const { template, errors } = transformed(name);
  expect(errors).toEqual([]);
  expect(template).toEqual(recorded(name));
});

test.each(names.filter((name) => name.startsWith('error_')))('%s is refused in the words of AWS', (name) => {
  const { errors } = transformed(name);
  expect({ errors }).toEqual(recorded(name));
});
