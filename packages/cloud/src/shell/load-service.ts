/** Loads the client packages whose schemas describe the services: each when the first call for it comes. */
import { readFileSync } from 'node:fs';
import type { ServiceName } from '../contract.ts';
import {
  type ClientClass,
  describeService,
  type RecordedModel,
  type ServiceDescription,
  type Wire,
  type WireRequest,
} from '../wire/index.ts';

type Load = () => Promise<ServiceDescription>;

const LOADS: { readonly [Name in ServiceName]?: Load } = {
  codedeploy: () => import('@aws-sdk/client-codedeploy').then((it) => describe('codedeploy', it, it.CodeDeployClient)),
  logs: () => import('@aws-sdk/client-cloudwatch-logs').then((it) => describe('logs', it, it.CloudWatchLogsClient)),
  lambda: () => import('@aws-sdk/client-lambda').then((it) => describe('lambda', it, it.LambdaClient)),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch').then((it) => describe('cloudwatch', it, it.CloudWatchClient)),
  cloudformation: () =>
    import('@aws-sdk/client-cloudformation').then((it) => describe('cloudformation', it, it.CloudFormationClient)),
  events: () => import('@aws-sdk/client-eventbridge').then((it) => describe('events', it, it.EventBridgeClient)),
  iam: () => import('@aws-sdk/client-iam').then((it) => describe('iam', it, it.IAMClient)),
  s3: () => import('@aws-sdk/client-s3').then((it) => describe('s3', it, it.S3Client)),
  sns: () => import('@aws-sdk/client-sns').then((it) => describe('sns', it, it.SNSClient)),
  sts: () => import('@aws-sdk/client-sts').then((it) => describe('sts', it, it.STSClient)),
};

function describe(name: ServiceName, module: object, Client: ClientClass): ServiceDescription {
  const recorded = readFileSync(new URL(`../wire/models/${name}.json`, import.meta.url), 'utf8');
  return describeService(name, module, Client, JSON.parse(recorded) as RecordedModel);
}

/** The services that a client can reach; the others are asked from inside the cloud alone. */
export const SERVICES_ON_WIRE: readonly string[] = Object.keys(LOADS);

const loading = new Map<ServiceName, Promise<ServiceDescription>>();

/** A service's description; undefined for a service whose client is not among the dependencies. */
export function loadService(name: ServiceName): Promise<ServiceDescription> | undefined {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const description = LOADS[name]?.();
  if (description !== undefined) loading.set(name, description);
  return description;
}

/** Adds to the wire what it needs to decode a request. Undefined, and so nothing to wait for, when all is there. */
export function prepareWire(wire: Wire, request: WireRequest): Promise<void> | undefined {
  const name = wire.missing(request);
  return name === undefined ? undefined : loadService(name)?.then((description) => wire.add(description));
}

/** Loads services before anybody asks for them, while there is nothing else to do. */
export async function warmWire(wire: Wire, names: readonly ServiceName[]): Promise<void> {
  for (const name of names) {
    const description = await loadService(name);
    if (description !== undefined) wire.add(description);
  }
}
