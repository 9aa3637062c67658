import type { Instant } from '../../instant.ts';
import type { FunctionCreated, FunctionRecord } from './state.ts';

/** A function as it is right after its creation: no versions, no aliases, nothing attached. */
export const newRecord = (created: FunctionCreated, at: Instant): FunctionRecord => {
  const { functionName, functionArn, configuration, code, description, revisionId, tags } = created;
  return {
    functionName,
    functionArn,
    latest: { version: '$LATEST', configuration, code, description, revisionId, lastModifiedAt: at },
    versions: new Map(),
    lastPublished: 0,
    aliases: new Map(),
    permissions: new Map(),
    eventInvokeConfigs: new Map(),
    provisionedConfigs: new Map(),
    allocations: new Map(),
    reservedConcurrency: undefined,
    tags: new Map(Object.entries(tags)),
    targets: new Map(),
  };
};
