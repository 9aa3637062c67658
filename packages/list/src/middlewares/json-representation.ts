import { hash } from 'node:crypto';
import type { Request } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

type Headers = Partial<Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders'>> | null;

/**
 * Turns what the plain function returned into a JSON answer that caches may keep: a strong ETag over the bytes, and
 * 304 without a body when If-None-Match holds it (weak comparison, RFC 9110 section 13.1.2).
 */
export function jsonRepresentation({ cacheControl }: { readonly cacheControl: string }) {
  return {
    after: (request: Request<Headers, unknown>): void => {
      const body = JSON.stringify(request.response);
      const etag = `"${hash('sha256', body, 'base64url')}"`;
      const headers = { ETag: etag, 'Cache-Control': cacheControl };
      const known = holds(headerOf(request.event, 'if-none-match'), etag);
      request.response = (
        known
          ? { statusCode: 304, headers, body: '' }
          : { statusCode: 200, headers: { 'Content-Type': 'application/json', ...headers }, body }
      ) satisfies APIGatewayProxyResult;
    },
  };
}

function holds(ifNoneMatch: string, etag: string): boolean {
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || ifNoneMatch.trim() === '*';
}

/** All values of a header, comma-joined. REST events keep the caller's spelling of names. Source: reference 5.4 (S). */
function headerOf(event: Headers, name: string): string {
  const many = valuesIn(event?.multiValueHeaders, name);
  return (many.length > 0 ? many : valuesIn(event?.headers, name)).join(', ');
}

function valuesIn(headers: object | null | undefined, name: string): string[] {
  const entries: [string, unknown][] = Object.entries(headers ?? {});
  return entries
    .filter(([key, value]) => key.toLowerCase() === name && value != null)
    .map(([, value]) => String(value));
}
