import { expect, test } from '@jest/globals';
import type { Rehearsal } from '../rehearsal.ts';
import { declaredIn, requireDeclared } from './override-parameters.ts';

const ours = { fileName: 'a.yaml', text: 'Parameters: { Sla: { Type: Number }, Type: { Type: String } }' };
const theirs = { fileName: 'b.yaml', text: 'Resources: {}' };
const rehearsalOf = (...templates: readonly (typeof ours)[]) =>
  ({ releases: templates.map((template) => ({ template })) }) as unknown as Rehearsal;

test('each template gets the parameters that it declares', () => {
  expect(declaredIn(ours, { Sla: '5', Other: 'x' })).toEqual({ Sla: '5' });
  expect(declaredIn(theirs, { Sla: '5' })).toEqual({});
});

test('a parameter of one template is enough, and one of none is refused with those that there are', () => {
  const all = [rehearsalOf(ours, ours), rehearsalOf(theirs)];
  expect(() => requireDeclared(all, { Sla: '5' })).not.toThrow();
  expect(() => requireDeclared(all, { Sal: '5', Typ: '1' })).toThrow(
    'There is no parameter "Sal" in a.yaml and b.yaml. There are Sla, Type.\nThere is no parameter "Typ" in',
  );
  expect(() => requireDeclared([rehearsalOf(theirs)], { Sla: '5' })).toThrow('in b.yaml. There are none.');
});
