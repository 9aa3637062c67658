/** Who exports what, and who imports it. Source: CFNA:API_ListExports, API_ListImports (D). */
import type { ListExportsInput, ListImportsInput } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../contract.ts';
import { importersOf } from './exports.ts';
import { pageOf } from './page.ts';

/** AWS says no number for a page; a hundred is that of its other lists of stacks. */
const PAGE = 100;

const ListExports = operation<ListExportsInput>({
  action: 'cloudformation:ListExports',
  resource: () => '*',
  run(world, { NextToken }) {
    const all = [...world.cloudformation.stacks.values()].flatMap(({ id, outputs }) =>
      outputs.flatMap(({ exportName: Name, value: Value }) =>
        Name === undefined ? [] : [{ ExportingStackId: id, Name, Value }],
      ),
    );
    const { items, next } = pageOf(all, NextToken, PAGE);
    return { output: { Exports: items, ...next }, effects: [] };
  },
});

const ListImports = operation<ListImportsInput>({
  action: 'cloudformation:ListImports',
  resource: () => '*',
  run(world, { ExportName = '', NextToken }) {
    const all = importersOf(world, undefined, ExportName);
    // In these words: aws-cli#2935 and others (C).
    // The words are remembered, not captured (I).
    if (all.length === 0) throw new AwsError('ValidationError', `Export '${ExportName}' is not imported by any stack.`);
    const { items, next } = pageOf(all, NextToken, PAGE);
    return { output: { Imports: items, ...next }, effects: [] };
  },
});

export const exportOperations: Readonly<Record<string, Operation>> = { ListExports, ListImports };
