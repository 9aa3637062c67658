import type { Value, ValueMap } from '../template-value.ts';
import {
  getAtt,
  ifOf,
  intrinsicOf,
  isIntrinsic,
  isList,
  isMap,
  isNoValue,
  present,
  ref,
  sub,
} from '../template-value.ts';
import { combinedCondition } from './combined-condition.ts';
import { managedPolicyArn } from './managed-policies.ts';
import { InvalidResource, withMappings, withParameters } from './sam-context.ts';
import type { Generated, SamContext } from './sam-context.ts';
import { tagList } from './tags.ts';

const APPLICATION = 'ServerlessDeploymentApplication';
const ROLE = 'CodeDeployServiceRole';
const CONDITION = 'ServerlessCodeDeployCondition';

/** The names that SAM lengthens to `CodeDeployDefault.Lambda…`; every other string is a custom configuration's. */
const PREDEFINED = new Set([
  'Canary10Percent5Minutes',
  'Canary10Percent10Minutes',
  'Canary10Percent15Minutes',
  'Canary10Percent30Minutes',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery2Minutes',
  'Linear10PercentEvery3Minutes',
  'Linear10PercentEvery10Minutes',
  'AllAtOnce',
]);

/** How one function's alias moves; a disabled preference keeps its place, for the conditions of the others. */
export interface DeploymentPreference {
  readonly functionId: string;
  readonly isEnabled: boolean;
  readonly type: Value;
  readonly hooks: ValueMap;
  readonly alarms: Value | undefined;
  readonly role: Value | undefined;
  readonly triggers: Value | undefined;
  readonly condition: string | undefined;
  readonly tags: ValueMap | undefined;
}

/**
 * Reads `DeploymentPreference`. Type and Enabled may be a Ref to a parameter or a FindInMap; any other
 * intrinsic in Enabled counts as true. Source: reference §1.3; ST:model/preferences (R)
 */
export function readPreference(
  functionId: string,
  properties: ValueMap,
  condition: Value | undefined,
  context: SamContext,
): DeploymentPreference | undefined {
  const written = properties['DeploymentPreference'];
  if (!isMap(written) || Object.keys(written).length === 0) return undefined;
  const known = (value: Value): Value => withMappings(withParameters(value, context.parameters), context.mappings);
  const isEnabled = !isFalse(known(written['Enabled'] ?? true));
  const type = written['Type'];
  const { Hooks: hooks = {}, PassthroughCondition: passthrough = false } = written;
  const passesCondition = passesThrough(functionId, known(passthrough));
  const at = ['Properties', 'DeploymentPreference'];
  if (isEnabled && type === undefined)
    throw new InvalidResource(functionId, "'DeploymentPreference' is missing required Property 'Type'", at);
  if (isEnabled && !isMap(hooks))
    throw new InvalidResource(functionId, "'Hooks' property of 'DeploymentPreference' must be a dictionary", at);
  if (isEnabled && properties['AutoPublishAlias'] === undefined)
    // SAM goes on to the group, which may be wrong as well.
    context.problems.add(
      ['Resources', functionId, ...at],
      `Resource with id [${functionId}] is invalid. 'DeploymentPreference' requires AutoPublishAlias property to be specified.`,
    );
  const { Tags: tags, PropagateTags: propagates } = properties;
  return {
    functionId,
    isEnabled,
    type: known(type ?? null),
    hooks: isMap(hooks) ? hooks : {},
    alarms: written['Alarms'],
    // An empty text is no role.
    role: written['Role'] === '' ? undefined : written['Role'],
    triggers: written['TriggerConfigurations'],
    condition: isEnabled && passesCondition && typeof condition === 'string' ? condition : undefined,
    tags: isEnabled && propagates === true && isMap(tags) ? tags : undefined,
  };
}

const isFalse = (value: Value): boolean => value === false || value === 'false' || value === 'False' || value === '';

function passesThrough(functionId: string, value: Value): boolean {
  if (value === true || value === 'true' || value === 'True') return true;
  if (value === false || value === 'false' || value === 'False') return false;
  const cause = isIntrinsic(value)
    ? 'Unsupported intrinsic: the only intrinsic functions supported for property PassthroughCondition are FindInMap and parameter Refs.'
    : 'Invalid value for property PassthroughCondition.';
  throw new InvalidResource(functionId, cause, ['Properties', 'DeploymentPreference', 'PassthroughCondition']);
}

/** The alias' UpdatePolicy. An unknown key under Hooks is dropped without a word, as SAM does. */
export const aliasUpdatePolicy = ({ functionId, hooks }: DeploymentPreference): ValueMap => ({
  CodeDeployLambdaAliasUpdate: present({
    ApplicationName: ref(APPLICATION),
    DeploymentGroupName: ref(`${functionId}DeploymentGroup`),
    BeforeAllowTrafficHook: hooks['PreTraffic'],
    AfterAllowTrafficHook: hooks['PostTraffic'],
  }),
});

/** One application and at most one service role for the stack. */
export function codeDeployResources(all: readonly DeploymentPreference[], context: SamContext): readonly Generated[] {
  const enabled = all.filter((it) => it.isEnabled);
  if (enabled.length === 0) return [];
  const condition = stackCondition(all, enabled, context);
  const tags = Object.assign({}, ...enabled.map((it) => it.tags ?? {})) as ValueMap;
  const shared = present({ Condition: condition });
  const tagged = present({ Tags: Object.keys(tags).length > 0 ? tagList(tags) : undefined });
  const application = {
    ...shared,
    Type: 'AWS::CodeDeploy::Application',
    Properties: { ComputePlatform: 'Lambda', ...tagged },
  };
  const role = { ...shared, Type: 'AWS::IAM::Role', Properties: { ...serviceRole(context.partition), ...tagged } };
  const ownsRole = enabled.some((it) => it.role === undefined);
  return [
    { logicalId: APPLICATION, resource: application },
    ...(ownsRole ? [{ logicalId: ROLE, resource: role }] : []),
  ];
}

function stackCondition(
  all: readonly DeploymentPreference[],
  enabled: readonly DeploymentPreference[],
  context: SamContext,
): string | undefined {
  if (enabled.some((it) => it.condition === undefined)) return undefined;
  const names = [...new Set(all.flatMap((it) => it.condition ?? []))];
  if (names.length <= 1) return names[0];
  Object.assign(context.conditions, combinedCondition(names, CONDITION));
  return CONDITION;
}

const serviceRole = (partition: string): ValueMap => ({
  AssumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: ['codedeploy.amazonaws.com'] } }],
  },
  ManagedPolicyArns: [
    managedPolicyArn(
      partition,
      `policy/service-role/AWSCodeDeployRoleForLambda${['aws-iso', 'aws-iso-b'].includes(partition) ? 'Limited' : ''}`,
    ),
  ],
});

/** One group for each enabled function. */
export function deploymentGroup(preference: DeploymentPreference): Generated {
  const resource = present({
    Condition: preference.condition,
    Type: 'AWS::CodeDeploy::DeploymentGroup',
    Properties: present({
      AlarmConfiguration: alarmConfiguration(preference),
      ApplicationName: ref(APPLICATION),
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
      DeploymentConfigName: configurationName(preference.type),
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ServiceRoleArn: preference.role ?? getAtt(ROLE, 'Arn'),
      TriggerConfigurations: preference.triggers,
      Tags: preference.tags === undefined ? undefined : tagList(preference.tags),
    }),
  });
  return { logicalId: `${preference.functionId}DeploymentGroup`, resource };
}

function alarmConfiguration({ functionId, alarms }: DeploymentPreference): Value | undefined {
  if (alarms === undefined || isNoValue(alarms) || (isList(alarms) && alarms.length === 0)) return undefined;
  const choice = ifOf(alarms);
  if (choice === undefined) return watched(functionId, alarms);
  const [condition, then, otherwise] = choice;
  return { 'Fn::If': [condition, watched(functionId, then), watched(functionId, otherwise)] };
}

function watched(functionId: string, alarms: Value): ValueMap {
  if (!isList(alarms))
    throw new InvalidResource(functionId, 'Alarms must be a list', ['Properties', 'DeploymentPreference', 'Alarms']);
  if (alarms.length === 0 || isNoValue(alarms[0])) return {};
  return { Enabled: true, Alarms: alarms.map((alarm) => ({ Name: alarm })) };
}

/** Known short names are lengthened wherever they stand, also inside Fn::If and Fn::Sub. */
function configurationName(value: Value, insideOf?: string): Value {
  if (isList(value)) return value.map((item) => configurationName(item));
  const found = intrinsicOf(value);
  if (found !== undefined) return { [found.name]: configurationName(found.argument, found.name) };
  if (typeof value !== 'string' || !PREDEFINED.has(value)) return value;
  const text = 'CodeDeployDefault.Lambda${ConfigName}';
  return insideOf === 'Fn::Sub' ? [text, { ConfigName: value }] : sub(text, { ConfigName: value });
}
