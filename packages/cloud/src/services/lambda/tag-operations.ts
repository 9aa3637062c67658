import type { ListTagsRequest, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-lambda';
import { operation } from '../../contract.ts';
import { existingFunction, parseFunctionName, policyResource } from './function-name.ts';

export const TagResource = operation<TagResourceRequest>({
  action: 'lambda:TagResource',
  resource: (world, input) => policyResource(world, input.Resource),
  run(world, input) {
    const { functionName } = existingFunction(world, parseFunctionName(input.Resource).functionName);
    return {
      output: {},
      effects: [{ type: 'lambda.FunctionTagged', functionName, tags: input.Tags ?? {}, removed: [] }],
    };
  },
});

export const UntagResource = operation<UntagResourceRequest>({
  action: 'lambda:UntagResource',
  resource: (world, input) => policyResource(world, input.Resource),
  run(world, input) {
    const { functionName } = existingFunction(world, parseFunctionName(input.Resource).functionName);
    return {
      output: {},
      effects: [{ type: 'lambda.FunctionTagged', functionName, tags: {}, removed: input.TagKeys ?? [] }],
    };
  },
});

export const ListTags = operation<ListTagsRequest>({
  action: 'lambda:ListTags',
  resource: (world, input) => policyResource(world, input.Resource),
  run(world, input) {
    const fn = existingFunction(world, parseFunctionName(input.Resource).functionName);
    return { output: { Tags: Object.fromEntries(fn.tags) }, effects: [] };
  },
});
