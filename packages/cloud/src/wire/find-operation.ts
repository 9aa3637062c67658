/** Which operation a request asks for: each protocol keeps its name elsewhere. */
import { AwsError } from '../aws-error.ts';
import { pathOf, queryOf, RPC_V2_PATH } from './addresses.ts';
import type { Protocol, WireRequest } from './call.ts';
import { openBody } from './open-body.ts';
import type { OpenRequest } from './protocol.ts';
import type { OperationShape, ServiceDescription } from './service-description.ts';

export function openRequest(request: WireRequest, maxBodyBytes: number, protocol: Protocol): OpenRequest {
  const body = openBody(request, maxBodyBytes, protocol);
  const query = queryOf(request.url);
  const text = protocol === 'query' && body.length > 0 ? Buffer.from(body).toString('utf8') : undefined;
  return {
    method: request.method,
    headers: request.headers,
    body,
    query,
    labels: {},
    form: text === undefined ? query : new URLSearchParams(text),
  };
}

export function findOperation(
  service: ServiceDescription,
  protocol: Protocol,
  open: OpenRequest,
  request: WireRequest,
): readonly [OperationShape, Readonly<Record<string, string>>] {
  if (protocol === 'rest-json' || protocol === 'rest-xml') {
    const match = service.routes.match(request.method, pathOf(request.url), open.query, request.headers);
    const operation = service.operations.get(match?.operation ?? '');
    if (match === undefined || operation === undefined) throw new AwsError('UnknownOperationException', '', 404);
    return [operation, match.labels];
  }
  const name = operationName(protocol, open, request);
  const operation = service.operations.get(name);
  if (operation !== undefined) return [operation, {}];
  if (protocol !== 'query') throw new AwsError('UnknownOperationException', `Unknown operation ${name}`);
  throw new AwsError('InvalidAction', `Could not find operation ${name} for version ${service.version}`);
}

function operationName(protocol: Protocol, { form }: OpenRequest, { headers, url }: WireRequest): string {
  if (protocol === 'query') return form.get('Action') ?? '';
  if (protocol === 'aws-json') return headers['x-amz-target']?.split('.')[1] ?? '';
  return RPC_V2_PATH.exec(pathOf(url))?.[2] ?? '';
}
