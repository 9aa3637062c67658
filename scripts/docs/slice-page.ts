/** docs/slice.md: what is emulated, what is only recorded, what is refused; the names come from the tables that decide. */
import { existsSync, readFileSync } from 'node:fs';
import type { ServiceName } from '../../packages/cloud/src/contract.ts';
import { MEMBERS_WITHOUT_EFFECT, REFUSED_MEMBERS as REFUSED_OF } from '../../packages/cloud/src/outside-members.ts';
import { BUCKET_SETTINGS } from '../../packages/cloud/src/services/s3/index.ts';
import type { RecordedModel } from '../../packages/cloud/src/wire/index.ts';
import {
  attributesOf,
  PROPERTIES,
  RESOURCE_TYPES,
  SERVERLESS_TYPES,
  TEMPLATE_SLICE,
  UNSUPPORTED_SETTINGS,
} from '../../packages/cloud/src/services/cloudformation/index.ts';
import {
  BAND_OPERATORS,
  MATH_FUNCTIONS,
  REFUSED_MEMBERS,
  UNSUPPORTED_MATH,
} from '../../packages/cloud/src/services/cloudwatch/index.ts';
import { CONDITION_KEYS, CONDITION_OPERATORS, MANAGED_POLICIES } from '../../packages/cloud/src/services/iam/index.ts';
import { NODE_RUNTIMES, RECORDED_RUNTIMES } from '../../packages/cloud/src/services/lambda/index.ts';
import { SERVICES_ON_WIRE } from '../../packages/cloud/src/shell/load-service.ts';
import { SERVICES } from '../../packages/cloud/src/world.ts';
import { GENERATED, names, page, table } from './markdown.ts';

const TITLES: Readonly<Record<string, string>> = {
  apigateway: 'API Gateway',
  cloudformation: 'CloudFormation',
  cloudwatch: 'CloudWatch',
  codedeploy: 'CodeDeploy',
  events: 'EventBridge',
  iam: 'IAM',
  lambda: 'Lambda',
  logs: 'CloudWatch Logs',
  s3: 'S3',
  sns: 'SNS',
  sts: 'STS',
};

export function slicePage(): string {
  return page(
    GENERATED,
    '# The slice',
    'What of AWS the embedded cloud has. What is *emulated* behaves as on AWS, by the rules of the [sources](sources.md); what is ' +
      '*recorded* is kept with its names and attributes and nothing happens when something uses it; everything else is refused, by name ' +
      'and with its line, before anything is deployed. Where AWS itself is silent there are [assumptions](assumptions.md).',
    ...templates(),
    ...alarms(),
    ...lambda(),
    ...others(),
    ...operations(),
  );
}

const ofKind = (kind: string): string[] =>
  [...RESOURCE_TYPES.values()].filter((type) => type.kind === kind).map(({ type }) => type);

function templates(): string[] {
  const { sections, transforms, intrinsics, events, apiEventProperties, policyTemplates } = TEMPLATE_SLICE;
  return [
    '## Templates',
    '### Sections',
    `Taken: ${names(sections.taken)}. Refused: ${names(sections.refused)}.`,
    '### Transforms',
    `Taken: ${names(transforms.taken)} (the last, of the former CodeStar, changes nothing and is warned of). Any other macro is refused.`,
    '### Intrinsics',
    `Taken: ${names(intrinsics.taken)}. Refused: ${names(intrinsics.refused)}, and any other \`Fn::\` name.`,
    '### Resource types',
    `Emulated: ${names(ofKind('emulated'))}.`,
    `Recorded: ${names(ofKind('recorded'))}.`,
    'A template with a resource of any other type is refused.',
    '### Properties',
    'Of the properties of emulated types, those that are acted on, that are kept without effect, and that are refused; any other name is refused too, also inside those that are acted on.',
    table(
      ['type', 'acted on', 'without effect', 'refused'],
      [...PROPERTIES].map(([type, { acts, kept, refused }]) => [
        `\`${type}\``,
        ...[acts, kept, refused].map((some) => (some.length === 0 ? '–' : names(some))),
      ]),
    ),
    'A dynamic reference (`{{resolve:ssm:…}}`) stays as it is written, and is warned of. `CreationPolicy` is refused.',
    '### Attributes',
    'What `Fn::GetAtt` gives, and what it gives on AWS alone. Any other name in a template’s file is refused with its line before anything is made; ' +
      'over the wire, as on AWS, the resource that needs it fails, and the stack rolls back.',
    table(
      ['type', 'given', 'on AWS alone'],
      [...RESOURCE_TYPES.keys()].flatMap((type) => {
        const { given, others } = attributesOf(type);
        if (given.length + others.length === 0) return [];
        return [[`\`${type}\``, ...[given, others].map((some) => (some.length === 0 ? '–' : names(some)))]];
      }),
    ),
    '### SAM',
    'The transform is written after aws-sam-translator 1.110.0 and compared with its output.',
    table(
      ['type', 'properties taken', 'refused'],
      [...SERVERLESS_TYPES].map(([type, { taken, refused }]) => [
        `\`${type}\``,
        names(taken),
        refused.length === 0 ? '–' : names(refused),
      ]),
    ),
    'Any other `AWS::Serverless::` type is refused, and so are `Connectors` of a resource.',
    `Events of a function: ${names(events.taken)}. Refused: ${names(events.refused)}; \`SqsSubscription\` of an \`SNS\` event; ` +
      `${names(apiEventProperties.refused)} of an \`Api\` event; \`Auth\` of an \`HttpApi\` event.`,
    `Policy templates, all ${policyTemplates.taken.length}: ${names(policyTemplates.taken)}.`,
    'A local `CodeUri` is a folder, a zip archive, or one file.',
  ];
}

function alarms(): string[] {
  return [
    '## Alarms',
    'Metric alarms on one metric or on metric math, M of N, all four treatments of missing data, every statistic of the guide (basic, `p`, ' +
      '`tm`, `wm`, `ts`, `tc`, `pr`, `IQM`), periods of 10 s to a day; composite alarms with all of the rule language and with suppressed actions. ' +
      'Dimension sets match exactly or not at all. Data is never late nor in part, so that no alarm has an `EvaluationState` ' +
      '(`PARTIAL_DATA`, `EVALUATION_ERROR`) for `DescribeAlarms` to tell.',
    'The actions of a turn stand in the journal and in the alarm’s history, always as done. A topic hears of them; nothing ' +
      'else does anything: no function is invoked, and nobody looks whether what an action names is there.',
    '### What is refused of alarms',
    [
      `- anomaly detection, which needs training history: \`ThresholdMetricId\`, the operators ${names(BAND_OPERATORS)}`,
      `- the members ${names(REFUSED_MEMBERS)} of \`PutMetricAlarm\``,
      '- alarm mute rules',
      '- `AccountId` of a query: another account’s metrics',
      '- metrics of different periods in one expression',
    ].join('\n'),
    '### Metric math',
    'The operators `+ - * / ^`, `== != < <= > >=`, `&& ||` (`AND`, `OR`), lists and parentheses.',
    `Functions: ${names(Object.keys(MATH_FUNCTIONS))}.`,
    table(
      ['refused', 'because it'],
      Object.entries(UNSUPPORTED_MATH).map(([name, reason]) => [`\`${name}\``, reason]),
    ),
  ];
}

function lambda(): string[] {
  return [
    '## Lambda',
    'Functions, versions, aliases with weights, asynchronous invocation with retries and destinations, reserved concurrency, the account’s 1,000 executions at a time (`accountConcurrency` of a cloud), the rate of requests that follows from both, and how fast a function ' +
      'may scale. Handlers run for ' +
      'real, as they were built, with virtual time inside. Recorded and without effect: `Layers`, `VpcConfig`, `SnapStart`, ' +
      '`FileSystemConfigs`, `Tracing`, function URLs, event source mappings. Provisioned concurrency of versions and aliases is there: environments are initialised ahead, and what is more than they can take runs on demand. What of it lies idle is not kept from other functions, it has no rate of its own, and scaling it by a schedule or a target is not emulated. An archive, in `ZipFile` or in S3, is unpacked in memory; encrypted and ZIP64 archives are refused.',
    '### Runtimes',
    table(
      ['runtime', 'deprecated', 'no new functions'],
      NODE_RUNTIMES.map(({ id, deprecation, blockCreate }) => [`\`${id}\``, deprecation, blockCreate]),
    ),
    'All of them are run by Node 24, which is said in a finding where it is not the runtime itself. A function with one of the following is ' +
      `deployed, and refused when it is invoked, or by \`rehearse\` at once when it is released or a hook: ${names(RECORDED_RUNTIMES)}; container images likewise.`,
    'Version 3 of the SDK is in the images of `nodejs18.x` and later, with the clients of the services that are [asked over the wire](#operations); ' +
      'a client of another service has to be in the package.',
    '### Inside a function',
    'Every module of Node, with these bounds: the network ends at the embedded cloud (`ENETUNREACH` elsewhere), and `child_process`, ' +
      '`cluster`, worker threads, native modules and datagrams are refused by name, as are a response that is streamed and files that ' +
      'import each other. Code that asks for any of these, or for a service or an operation that is not here, is told by name, and ' +
      'no release under which it runs is judged: `rehearse` ends with 2.',
    'Only `/tmp` can be written to. Local time is UTC; a function that sets another `TZ` is told of. A global of Node that is ' +
      'replaced (`globalThis.fetch = …`) is not the one that the bare name means. Memory is modelled: a function that goes ' +
      'beyond its `MemorySize` is not stopped before its thread is full.',
  ];
}

function others(): string[] {
  return [
    '## IAM',
    'Identity policies are evaluated for everything a function, a hook or CodeDeploy asks for: effect, action, resource, `NotAction`, ' +
      '`NotResource`, wildcards. What cannot be evaluated does not match, and a finding says so. So are permissions boundaries; ' +
      'one whose content is not known here bounds nothing, and a finding says so. Users and groups are refused.',
    `Condition operators: ${names(CONDITION_OPERATORS)}; keys: ${names(CONDITION_KEYS)}.`,
    `Managed policies whose content is known: ${names(MANAGED_POLICIES)}. Any other is recorded, grants nothing, and is told of in a finding.`,
    '## CloudWatch Logs',
    'Groups, streams, retention, the whole filter-pattern language, metric filters, the embedded metric format. Refused: `applyOnTransformedLogs`, ' +
      '`fieldSelectionCriteria`, `emitSystemFieldDimensions` of a metric filter, and log group classes other than `STANDARD`. ' +
      'Subscription filters are recorded.',
    '## CodeDeploy',
    'The Lambda compute platform; `Server` and `ECS` are refused. [The nine configurations](traffic-shifting.md) and custom time-based ones, ' +
      'hooks, alarms, automatic rollback, stopping.',
    '## API Gateway',
    'REST APIs (proxy) and HTTP APIs (payload 1.0 and 2.0) in front of functions, made from OpenAPI documents; mock integrations of REST APIs, ' +
      'for CORS. Throttling of a stage’s methods or routes is emulated, by a bucket of tokens for each: what is one too many is answered with 429 ' +
      'and reaches no function. Usage plans and the limits of the account are not. Refused: other integrations, authorizers and security requirements, request validators, resource policies, gateway responses.',
    '## CloudFormation',
    'Stacks are created, updated, rolled back and deleted, directly or by change sets; a rollback that is stuck is continued. Templates come in ' +
      'the request or from S3, their code from S3. A service role is taken and not assumed. Refused: change sets of the type `IMPORT` and with ' +
      'nested stacks, rollback triggers, notification ARNs, stack policies, time-outs and termination protection.',
    '## S3, SNS, EventBridge and STS',
    'S3 keeps objects in memory, with their versions and delete markers where a bucket has them: what is put is got, listed, copied, uploaded ' +
      'in parts, and deployed from. The other settings of a bucket are recorded. Topics of SNS hear ' +
      'what is published, by alarms, rules and triggers of CodeDeploy too; subscriptions that have confirmed get what their filters take, which is ' +
      'told in the journal and goes no further. Events are matched with the rules of their bus; CodeDeploy, CloudWatch and CloudFormation send ' +
      'theirs to the default one. What a target is given is told in the journal, and a topic hears it. A rule of the clock is recorded. ' +
      'STS says who calls and gives out ' +
      'credentials of roles, which hold for as long as the cloud does. Signatures are not checked.',
  ];
}

/** What can be called, and by whom. */
function operations(): string[] {
  return [
    '## Operations',
    'What can be called, the IAM action that it needs, and AWS’s page, which is its source. An SDK client, the AWS CLI or a handler reaches ' +
      `${among(true)} over the wire. ${insideOnly()}Any other operation is answered with \`NotImplemented\`, status 501.`,
    '*Done*: all that a request may say is acted on. *Partly*: what stands behind it is refused by its name when a request says it. *Recorded*: ' +
      'kept and read back, and nothing follows.',
    ...SERVICES.flatMap(operationsOf),
  ];
}

function operationsOf({ name, operations: all }: (typeof SERVICES)[number]): string[] {
  const others = othersOf(name);
  const without = MEMBERS_WITHOUT_EFFECT[name];
  const passed = [...new Set(Object.values(without ?? {}).flat())];
  return [
    `### ${TITLES[name] ?? name} operations`,
    table(
      ['operation', 'action', 'state', 'refused'],
      Object.entries(all)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([operation, { action }]) => {
          const refused = refusedOf(name, operation);
          return [
            linked(name, operation),
            `\`${action}\``,
            stateOf(name, operation),
            refused.length === 0 ? '–' : names(refused),
          ];
        }),
    ),
    ...(REFUSED_OF[name]?.['*'] === undefined
      ? []
      : [`Refused wherever they are said: ${names(REFUSED_OF[name]['*'])}.`]),
    ...(passed.length === 0 ? [] : [`Taken, and without effect: ${names(passed)}.`]),
    ...(others.length === 0 ? [] : [`Refused operations: ${names(others)}.`]),
  ];
}

function stateOf(service: ServiceName, operation: string): string {
  if (RECORDED_OPERATIONS[service]?.test(operation) === true) return 'recorded';
  return refusedOf(service, operation).length === 0 ? 'done' : 'partly';
}

/** By the wire for all callers of it, and by operations that templates ask too. */
const refusedOf = (service: ServiceName, operation: string): readonly string[] => [
  ...(REFUSED_OF[service]?.[operation] ?? []),
  ...(REFUSED_BY_OPERATIONS[`${service}:${operation}`] ?? []),
];

const REFUSED_BY_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  'cloudformation:CreateStack': UNSUPPORTED_SETTINGS,
  'cloudformation:UpdateStack': UNSUPPORTED_SETTINGS,
  'cloudformation:CreateChangeSet': [...UNSUPPORTED_SETTINGS, 'ChangeSetType IMPORT', 'IncludeNestedStacks'],
  'cloudwatch:PutMetricAlarm': [...REFUSED_MEMBERS, 'ThresholdMetricId'],
  'logs:PutMetricFilter': ['applyOnTransformedLogs', 'fieldSelectionCriteria', 'emitSystemFieldDimensions'],
  'logs:CreateLogGroup': ['logGroupClass'],
  's3:PutBucketVersioning': ['MFADelete'],
  'sns:Subscribe': ['DeliveryPolicy', 'RedrivePolicy', 'SubscriptionRoleArn'],
};

const SETTINGS_ONLY = BUCKET_SETTINGS.map(({ name }) => name).filter((name) => name !== 'BucketVersioning');
const RECORDED_OPERATIONS: { readonly [Service in ServiceName]?: RegExp } = {
  s3: new RegExp(`^(?:Put|Get|Delete)(?:${SETTINGS_ONLY.join('|')})$`),
  lambda: /^(?:TagResource|UntagResource|ListTags)$/,
};

/** Where AWS documents an operation. */
const REFERENCES: Readonly<Record<ServiceName, string>> = {
  apigateway: 'apigateway/latest/api/API_',
  cloudformation: 'AWSCloudFormation/latest/APIReference/API_',
  cloudwatch: 'AmazonCloudWatch/latest/APIReference/API_',
  codedeploy: 'codedeploy/latest/APIReference/API_',
  events: 'eventbridge/latest/APIReference/API_',
  iam: 'IAM/latest/APIReference/API_',
  lambda: 'lambda/latest/api/API_',
  logs: 'AmazonCloudWatchLogs/latest/APIReference/API_',
  s3: 'AmazonS3/latest/API/API_',
  sns: 'sns/latest/api/API_',
  sts: 'STS/latest/APIReference/API_',
};

/** HTTP APIs are of another reference, with pages by resource. */
const HTTP_API_PAGES: Readonly<Record<string, string>> = {
  DeleteApi: 'apis-apiid.html#DeleteApi',
  GetApi: 'apis-apiid.html#GetApi',
  ReimportApi: 'apis-apiid.html#ReimportApi',
  ImportApi: 'apis.html#ImportApi',
};

const linked = (service: ServiceName, operation: string): string =>
  service === 'apigateway' && HTTP_API_PAGES[operation] !== undefined
    ? `[\`${operation}\`](https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/${HTTP_API_PAGES[operation]})`
    : plainlyLinked(service, operation);

const plainlyLinked = (service: ServiceName, operation: string): string =>
  `[\`${operation}\`](https://docs.aws.amazon.com/${REFERENCES[service]}${operation}.html)`;

/** What AWS has and this cloud refuses, by the recorded models. */
function othersOf(service: ServiceName): readonly string[] {
  const path = new URL(`../../packages/cloud/src/wire/models/${service}.json`, import.meta.url);
  if (!existsSync(path)) return [];
  const { operations: recorded, others } = JSON.parse(readFileSync(path, 'utf8')) as RecordedModel;
  const emulated = Object.keys(SERVICES.find(({ name }) => name === service)?.operations ?? {});
  return [...recorded, ...others].filter((it) => !emulated.includes(it)).toSorted();
}

function insideOnly(): string {
  const inside = among(false);
  return inside === '' ? '' : `${inside}: asked from inside the cloud alone. `;
}

const among = (isOnWire: boolean): string =>
  SERVICES.filter(({ name }) => SERVICES_ON_WIRE.includes(name) === isOnWire)
    .map(({ name }) => TITLES[name] ?? name)
    .join(', ');
