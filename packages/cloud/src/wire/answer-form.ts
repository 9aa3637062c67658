/** Which protocol a request speaks, even where the rest of it makes no sense: so the answer can be in the same. */
import { FORM } from './addresses.ts';
import type { AnswerForm, Protocol, WireRequest } from './call.ts';
import type { ServiceDescription } from './service-description.ts';

export function answerForm(
  request: WireRequest,
  service: ServiceDescription | undefined,
  requestId: string,
): AnswerForm {
  const type = request.headers['content-type'] ?? '';
  const [protocol, contentType] = protocolOf(request, service, type);
  return { protocol, contentType, method: request.method, requestId };
}

function protocolOf(
  { headers, url }: WireRequest,
  service: ServiceDescription | undefined,
  type: string,
): readonly [Protocol, string] {
  if (headers['x-amz-target'] !== undefined) {
    return [
      'aws-json',
      type.startsWith('application/x-amz-json-1.0') ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
    ];
  }
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return ['rpc-v2-cbor', 'application/cbor'];
  if (headers['smithy-protocol'] !== undefined) return ['rpc-v2-json', 'application/json'];
  if (service?.protocol === 'rest-xml') return ['rest-xml', 'application/xml'];
  if (service?.protocol === 'rest-json') return ['rest-json', 'application/json'];
  if (type.startsWith(FORM) || url.includes('Action=')) return ['query', 'text/xml'];
  return service?.protocol === 'query' ? ['query', 'text/xml'] : ['rest-json', 'application/json'];
}
