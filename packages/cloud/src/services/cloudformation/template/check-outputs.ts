/** The shape of the Outputs section. Source: CFNG:outputs-section-structure (D) */
import type { Problems } from './problems.ts';
import type { Value, ValueMap } from './template-value.ts';
import { isMap, mapAt, textOf } from './template-value.ts';

const MEMBERS = ['Condition', 'Description', 'Export', 'Value'];

export function checkOutputs(template: ValueMap, problems: Problems): void {
  const conditions = mapAt(template, 'Conditions');
  for (const [key, output] of Object.entries(mapAt(template, 'Outputs')))
    if (key !== 'Fn::Transform' && !key.startsWith('Fn::ForEach')) checkOutput(key, output, conditions, problems);
}

function checkOutput(key: string, output: Value, conditions: ValueMap, problems: Problems): void {
  const at = ['Outputs', key];
  if (!/^[A-Za-z0-9]+$/.test(key)) problems.add(at, `Template format error: Output name ${key} is non alphanumeric.`);
  if (!isMap(output)) return problems.add(at, `Template format error: [/Outputs/${key}] must be a map.`);
  for (const name of Object.keys(output))
    if (!MEMBERS.includes(name))
      problems.add([...at, name], `Template format error: Invalid template output property '${name}'`);
  const { Condition: condition, Description: description, Export: exported } = output;
  if (condition !== undefined && !(typeof condition === 'string' && condition in conditions))
    problems.add(
      [...at, 'Condition'],
      `Template format error: Unresolved condition dependency ${textOf(condition)} in the Outputs block of the template`,
    );
  if (description !== undefined && typeof description === 'object')
    problems.add([...at, 'Description'], 'Template format error: Every Description member must be a string.');
  if (exported !== undefined && !(isMap(exported) && Object.keys(exported).join() === 'Name'))
    problems.add(
      [...at, 'Export'],
      `Template format error: Export of output ${key} is a map with Name and nothing else.`,
    );
}
