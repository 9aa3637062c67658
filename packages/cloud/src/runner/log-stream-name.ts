import type { Instant } from '../instant.ts';

/**
 * The log stream of an environment: `2026/11/22/[7]<32 hex>` in the function's own group,
 * `2026/11/22/<function>[7]<32 hex>` in a custom one. Source: reference §4.7 (D, S).
 */
export function logStreamName(
  image: { readonly functionName: string; readonly version: string; readonly logGroup: string },
  environmentId: string,
  environmentStartedAt: Instant,
): string {
  const day = new Date(environmentStartedAt).toISOString().slice(0, 10).replaceAll('-', '/');
  const isOwnGroup = image.logGroup === `/aws/lambda/${image.functionName}`;
  return `${day}/${isOwnGroup ? '' : image.functionName}[${image.version}]${environmentId}`;
}
