/**
 * What a stage is told to do and a rehearsal does not: throttling and caching decide which requests reach the
 * function. Such settings are taken, since many templates have them, and told of once per stage.
 */
import type { World } from '../../world-state.ts';
import type { Api, FindingNoticed } from './state.ts';

const TEXTS = {
  'stage-throttling':
    'limits its requests (ThrottlingRateLimit, ThrottlingBurstLimit). A rehearsal does not: what API Gateway would answer ' +
    'with 429 reaches the function.',
  'stage-caching':
    'caches answers (CachingEnabled). A rehearsal does not: every request reaches the function, and none is answered ' +
    'from the cache of the version before.',
} as const;

export type UnrehearsedSetting = keyof typeof TEXTS;

export function stageFindings(
  { apigateway }: World,
  { name }: Api,
  stageName: string,
  settings: readonly UnrehearsedSetting[],
): readonly FindingNoticed[] {
  return [...new Set(settings)].flatMap((rule) => {
    const stage = `${name}/${stageName}`;
    if (apigateway.findings.has(`${rule} ${stage}`)) return [];
    const text = `The stage "${stageName}" of the API "${name}" ${TEXTS[rule]}`;
    return [{ type: 'apigateway.FindingNoticed', rule, name: stage, text }];
  });
}

/** A limit that lets requests through: AWS writes −1 for none. */
export const limits = (value: unknown): boolean => value !== undefined && value !== null && Number(value) >= 0;
