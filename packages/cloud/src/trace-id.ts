/**
 * The ids by which X-Ray knows a request, as the gateway's header and the function's variable have them. They are made of
 * the request's own id, so that a function goes on with the trace of the gateway, as on AWS, and nothing has to be drawn.
 * Source: X-Ray concepts, tracing header (D); LS apigateway/test_apigateway_lambda.snapshot.json (S).
 */
import type { Instant } from './instant.ts';

const UUID_LENGTH = 36;

/** The 32 hexadecimal digits of a UUID, as 16 and 16; whatever else serves as an id is taken as it is. */
export function digitsOf(requestId: string): readonly [string, string] {
  if (requestId.length === UUID_LENGTH)
    return [
      requestId.slice(0, 8) + requestId.slice(9, 13) + requestId.slice(14, 18),
      requestId.slice(19, 23) + requestId.slice(24),
    ];
  const digits = requestId.replaceAll('-', '').padEnd(32, '0');
  return [digits.slice(0, 16), digits.slice(16, 32)];
}

let last = { second: -1, hex: '' };

function hexSecond(at: Instant): string {
  const second = Math.floor(at / 1_000);
  if (second !== last.second) last = { second, hex: second.toString(16) };
  return last.hex;
}

/** `Root=1-<8 hex of the second>-<24 hex>` */
export function traceRoot(requestId: string, at: Instant): string {
  const [high, low] = digitsOf(requestId);
  return `Root=1-${hexSecond(at)}-${high.slice(8)}${low}`;
}

/** `Root=…;Parent=<16 hex>;Sampled=0` */
export function traceHeader(requestId: string, at: Instant): string {
  const [high, low] = digitsOf(requestId);
  return `Root=1-${hexSecond(at)}-${high.slice(8)}${low};Parent=${high};Sampled=0`;
}
