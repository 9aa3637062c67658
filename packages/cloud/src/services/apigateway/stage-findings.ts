/**
 * What a reader should know of a stage, told once per stage: that it has answered with 429, which no gate and no version
 * sees; and that it caches, which a rehearsal does not.
 */
import type { World } from '../../world-state.ts';
import type { Api, FindingNoticed, RequestServed } from './state.ts';

const TEXTS = {
  'stage-throttled':
    'answered with 429 what was more than its ThrottlingRateLimit and ThrottlingBurstLimit allow. Such requests reach no ' +
    'function: they are hit by no version, and no alarm on the function sees them.',
  'stage-caching':
    'caches answers (CachingEnabled). A rehearsal does not: every request reaches the function, and none is answered ' +
    'from the cache of the version before.',
} as const;

export type StageRule = keyof typeof TEXTS;

export function stageFindings(
  { apigateway }: World,
  { name }: Api,
  stageName: string,
  rules: readonly StageRule[],
): readonly FindingNoticed[] {
  return [...new Set(rules)].flatMap((rule) => {
    const stage = `${name}/${stageName}`;
    if (apigateway.findings.has(`${rule} ${stage}`)) return [];
    const text = `The stage "${stageName}" of the API "${name}" ${TEXTS[rule]}`;
    return [{ type: 'apigateway.FindingNoticed', rule, name: stage, text }];
  });
}

/** Reaction on apigateway.RequestServed. */
export function tellThrottled(world: World, { apiId, stage, isThrottled }: RequestServed): readonly FindingNoticed[] {
  const api = isThrottled && world.apigateway.apis.get(apiId);
  return api ? stageFindings(world, api, stage, ['stage-throttled']) : [];
}
