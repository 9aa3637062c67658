import type { ListVersionsByFunctionRequest, PublishVersionRequest } from '@aws-sdk/client-lambda';
import { operation } from '../../contract.ts';
import { checkRevisionId, publishedRevision } from './function-operations.ts';
import { existingFunction, invalidParameter, parseFunctionName, policyResource } from './function-name.ts';
import { publish, versionThatExists } from './publish-version.ts';
import { shownFunction } from './shown-function.ts';
import { page } from './pages.ts';

/** Guards: CodeSha256 and RevisionId must fit $LATEST. Source: reference 4.2.3 (LS (S)). */
export const PublishVersion = operation<PublishVersionRequest>({
  action: 'lambda:PublishVersion',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input, { now }) {
    const fn = existingFunction(world, parseFunctionName(input.FunctionName).functionName);
    const { sha256 } = fn.latest.code;
    if (input.CodeSha256 !== undefined && input.CodeSha256 !== '' && input.CodeSha256 !== sha256)
      throw invalidParameter(
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    checkRevisionId(input.RevisionId, fn.latest.revisionId);
    const existing = versionThatExists(fn);
    if (existing !== undefined) return { output: shownFunction(fn, existing, existing.version), effects: [] };
    const published = publish(world, fn, input.Description);
    const output = shownFunction(fn, publishedRevision(fn, published, now), published.version);
    return { output, effects: [published] };
  },
});

export const ListVersionsByFunction = operation<ListVersionsByFunctionRequest>({
  action: 'lambda:ListVersionsByFunction',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input) {
    const fn = existingFunction(world, parseFunctionName(input.FunctionName).functionName);
    const revisions = [fn.latest, ...fn.versions.values()];
    const { items, next } = page(revisions, input);
    return { output: { Versions: items.map((it) => shownFunction(fn, it, it.version)), ...next }, effects: [] };
  },
});
