/**
 * How a request names its service before anything of that service is loaded. The target prefix, the signing
 * name and the API version are AWS's own; toolchain.md §5 has them as recorded from three clients.
 */
import type { ServiceName } from '../contract.ts';
import type { WireRequest } from './call.ts';

export interface Address {
  readonly name: ServiceName;
  readonly signingName: string;
  readonly target: string;
  readonly version: string;
  /** The error code of a request that breaks the model's constraints. */
  readonly invalidInput: string;
}

export const ADDRESSES: readonly Address[] = [
  {
    name: 'codedeploy',
    signingName: 'codedeploy',
    target: 'CodeDeploy_20141006',
    version: '2014-10-06',
    invalidInput: 'ValidationException',
  },
  {
    name: 'logs',
    signingName: 'logs',
    target: 'Logs_20140328',
    version: '2014-03-28',
    invalidInput: 'InvalidParameterException',
  },
  {
    name: 'lambda',
    signingName: 'lambda',
    target: 'AWSGirApiService',
    version: '2015-03-31',
    invalidInput: 'ValidationException',
  },
  {
    name: 'cloudwatch',
    signingName: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    version: '2010-08-01',
    invalidInput: 'ValidationError',
  },
  {
    name: 'cloudformation',
    signingName: 'cloudformation',
    target: 'CloudFormation',
    version: '2010-05-15',
    invalidInput: 'ValidationError',
  },
  {
    name: 'sts',
    signingName: 'sts',
    target: 'AWSSecurityTokenServiceV20110615',
    version: '2011-06-15',
    invalidInput: 'ValidationError',
  },
  { name: 's3', signingName: 's3', target: 'AmazonS3', version: '2006-03-01', invalidInput: 'InvalidArgument' },
  {
    name: 'sns',
    signingName: 'sns',
    target: 'AmazonSimpleNotificationService',
    version: '2010-03-31',
    invalidInput: 'ValidationError',
  },
  {
    name: 'events',
    signingName: 'events',
    target: 'AWSEvents',
    version: '2015-10-07',
    invalidInput: 'ValidationException',
  },
  {
    name: 'iam',
    signingName: 'iam',
    target: 'AWSIdentityManagementV20100508',
    version: '2010-05-08',
    invalidInput: 'ValidationError',
  },
];

export const FORM = 'application/x-www-form-urlencoded';
export const RPC_V2_PATH = /\/service\/([^/]+)\/operation\/([^/?]+)$/;

/** Whom a request was signed for, as far as it says. Signatures are not checked. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
}

const SCOPE = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/;
const PRESIGNED = /[?&]X-Amz-Credential=([^&]+)/;

export function readCredential(request: WireRequest): Credential | undefined {
  const presigned = PRESIGNED.exec(request.url)?.[1]?.replaceAll('%2F', '/');
  const source = request.headers['authorization'] ?? (presigned === undefined ? '' : `Credential=${presigned}`);
  const [, accessKeyId, region, signingName] = SCOPE.exec(source) ?? [];
  if (accessKeyId === undefined || region === undefined || signingName === undefined) return undefined;
  return { accessKeyId, region, signingName };
}

/** The service a request is meant for: by target, by path, by credential scope, by the form's Version, in this order. */
export function findAddress(request: WireRequest, credential: Credential | undefined): Address | undefined {
  const { headers, url, body } = request;
  const rpcPath = headers['smithy-protocol'] === undefined ? undefined : RPC_V2_PATH.exec(pathOf(url))?.[1];
  const target = headers['x-amz-target']?.split('.', 1)[0] ?? rpcPath;
  if (target !== undefined) return ADDRESSES.find((it) => it.target === target);
  if (credential !== undefined) return ADDRESSES.find((it) => it.signingName === credential.signingName);
  if (!headers['content-type']?.startsWith(FORM)) return undefined;
  const form = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const version = /(?:^|&)Version=([\d-]+)/.exec(form)?.[1];
  return ADDRESSES.find((it) => it.version === version);
}

export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

export function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}
