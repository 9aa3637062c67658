/** A release of GET /unicorns as small as the acceptance suite allows. For tests. */
export interface ProxyEvent {
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HERD = ['Aster', 'Bramble', 'Cinder'].map((name, at) => ({ id: `${at}`, name, colour: 'white', speedKmh: 60 }));

export function goodRelease({ queryStringParameters: query, headers }: ProxyEvent): ProxyResponse {
  const { limit = '3', cursor = '0' } = query ?? {};
  if (!/^[1-9][0-9]?$/.test(limit)) return problem('limit');
  if (!/^[0-9]$/.test(cursor)) return problem('cursor');
  const end = Number(cursor) + Number(limit);
  const page = { unicorns: HERD.slice(Number(cursor), end), ...(end < HERD.length && { nextCursor: `${end}` }) };
  const cached = { ETag: `"${cursor}-${limit}"`, 'Cache-Control': 'max-age=60' };
  if (headers['If-None-Match'] === cached.ETag) return { statusCode: 304, headers: cached, body: '' };
  return { statusCode: 200, headers: { 'Content-Type': 'application/json', ...cached }, body: JSON.stringify(page) };
}

function problem(parameter: string): ProxyResponse {
  const body = { title: 'Bad Request', status: 400, detail: `${parameter} is wrong` };
  return { statusCode: 400, headers: { 'Content-Type': 'application/problem+json' }, body: JSON.stringify(body) };
}
