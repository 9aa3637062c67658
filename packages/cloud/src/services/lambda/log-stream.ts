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
  const known = recent.get(owner.environmentId);
  if (known !== undefined && isSame(known.owner, owner)) return known.name;
  const name = nameOf(owner);
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(owner.environmentId, { owner, name });
  return name;
}

/** Every invocation asks for the name of its environment. */
const recent = new Map<string, { readonly owner: StreamOwner; readonly name: string }>();
const MOST_RECENT = 4_096;

const isSame = (a: StreamOwner, b: StreamOwner): boolean =>
  a.functionName === b.functionName &&
  a.version === b.version &&
  a.environmentStartedAt === b.environmentStartedAt &&
  a.customGroup === b.customGroup;

function nameOf(owner: StreamOwner): string {
  const date = dateOf(owner.environmentStartedAt);
  const { environmentId: id } = owner;
  const guid = HEX.test(id) ? id : createHash('md5').update(id).digest('hex');
  return `${date}/${owner.customGroup ? owner.functionName : ''}[${owner.version}]${guid}`;
}

/** `2026/11/23` */
const dateOf = (at: Instant): string =>
  isoTime(floorTo(at, 24 * HOUR))
    .slice(0, 10)
    .replaceAll('-', '/');
