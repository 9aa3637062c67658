/** What a caller of GET /unicorns sends, as far as the checks vary it. */
export interface CallerRequest {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const CALLER = { sourceIp: '127.0.0.1', userAgent: 'acceptance-suite' };
const NO_IDENTITY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/** The event that a REST API's stage `Prod` sends for GET /unicorns. Maps are null when empty. Source: reference 5.4 (S). */
export function restProxyEvent({ query = {}, headers = {} }: CallerRequest, requestId: string, atEpochMs: number) {
  const sent = { Accept: 'application/json', Host: 'acceptance.invalid', 'User-Agent': CALLER.userAgent, ...headers };
  return {
    resource: '/unicorns',
    path: '/unicorns',
    httpMethod: 'GET',
    headers: sent,
    multiValueHeaders: inLists(sent),
    queryStringParameters: orNull(query),
    multiValueQueryStringParameters: orNull(inLists(query)),
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId: 'acceptance',
      resourcePath: '/unicorns',
      httpMethod: 'GET',
      extendedRequestId: requestId,
      requestTime: requestTime(atEpochMs),
      path: '/Prod/unicorns',
      accountId: '000000000000',
      protocol: 'HTTP/1.1',
      stage: 'Prod',
      domainPrefix: 'acceptance',
      requestTimeEpoch: atEpochMs,
      requestId,
      identity: { ...NO_IDENTITY, ...CALLER },
      domainName: 'acceptance.invalid',
      deploymentId: 'acceptance',
      apiId: 'acceptance',
    },
    body: null,
    isBase64Encoded: false,
  };
}

function inLists(map: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, [value]]));
}

function orNull<T extends object>(map: T): T | null {
  return Object.keys(map).length === 0 ? null : map;
}

/** `23/Nov/2026:03:44:04 +0000` */
function requestTime(atEpochMs: number): string {
  const [, day, month, year, time] = new Date(atEpochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
