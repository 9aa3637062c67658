import { createHash } from 'node:crypto';
import { floorTo, HOUR, isoTime, type Instant } from '../../instant.ts';

/** An environment as far as the name of its log stream goes. */
export interface StreamOwner {
  readonly functionName: string;
  readonly version: string;
  readonly environmentId: string;
  readonly environmentStartedAt: Instant;
  /** Is the log group another than `/aws/lambda/<function>`? */
  readonly customGroup: boolean;
}

const HEX = /^[0-9a-f]{32}$/;

/**
 * One stream per environment: `YYYY/MM/DD/[7]<32 hex>` in Lambda's own group, with the function's name before
 * the bracket in a group of one's own. The date is that of the environment's start.
 * Source: reference 4.7 (loggroups guide (D), LS (S)).
 */
export function logStreamName(owner: StreamOwner): string {
  const date = dateOf(owner.environmentStartedAt);
  const { environmentId: id } = owner;
  const guid = HEX.test(id) ? id : createHash('md5').update(id).digest('hex');
  return `${date}/${owner.customGroup ? owner.functionName : ''}[${owner.version}]${guid}`;
}

let lastDay = { at: -1, text: '' };

/** `2026/11/23`. The day asked for last is remembered, because every invocation asks. */
function dateOf(at: Instant): string {
  const day = floorTo(at, 24 * HOUR);
  if (day !== lastDay.at) lastDay = { at: day, text: isoTime(day).slice(0, 10).replaceAll('-', '/') };
  return lastDay.text;
}
