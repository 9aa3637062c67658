/** What can be asked of EventBridge. Source: EventBridge API reference (D). */
import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  EnableRuleRequest,
  ListRulesRequest,
  ListTargetsByRuleRequest,
  PutEventsRequest,
  PutEventsRequestEntry,
  PutRuleRequest,
  PutTargetsRequest,
  RemoveTargetsRequest,
  TestEventPatternRequest,
} from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../aws-error.ts';
import { operation, type Operation } from '../../contract.ts';
import { arn, type World } from '../../world-state.ts';
import { readPattern } from './event-pattern.ts';
import { page } from './pages.ts';
import { type EventPut, type Rule, ruleKey, type RuleTarget } from './state.ts';

/** `default`, a name, or the end of an event bus's ARN. */
const busOf = (name = 'default'): string => name.slice(name.lastIndexOf('/') + 1);

const ruleArn = (world: World, bus: string, name: string): string =>
  arn(world, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);

function requireRule(world: World, bus: string, name = ''): Rule {
  const rule = world.events.rules.get(ruleKey(bus, name));
  if (rule === undefined)
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
  return rule;
}

const PutRule = operation<PutRuleRequest>({
  action: 'events:PutRule',
  resource: (world, { Name, EventBusName }) => ruleArn(world, busOf(EventBusName), Name ?? '*'),
  run(world, input) {
    const { Name: name = '', EventPattern: eventPattern, ScheduleExpression: scheduleExpression } = input;
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
      );
    if (eventPattern === undefined && scheduleExpression === undefined)
      throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
    if (eventPattern !== undefined) readPattern(eventPattern);
    const bus = busOf(input.EventBusName);
    const rule: Rule = {
      name,
      bus,
      arn: ruleArn(world, bus, name),
      ...(eventPattern !== undefined && { eventPattern }),
      ...(scheduleExpression !== undefined && { scheduleExpression }),
      state: input.State ?? 'ENABLED',
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.RoleArn !== undefined && { roleArn: input.RoleArn }),
      targets: world.events.rules.get(ruleKey(bus, name))?.targets ?? new Map(),
    };
    return { output: { RuleArn: rule.arn }, effects: [{ type: 'events.RulePut', rule }] };
  },
});

const DeleteRule = operation<DeleteRuleRequest>({
  action: 'events:DeleteRule',
  resource: (world, { Name, EventBusName }) => ruleArn(world, busOf(EventBusName), Name ?? '*'),
  run(world, { Name: name = '', EventBusName }) {
    const bus = busOf(EventBusName);
    const rule = world.events.rules.get(ruleKey(bus, name));
    if (rule !== undefined && rule.targets.size > 0)
      throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    return { output: {}, effects: rule === undefined ? [] : [{ type: 'events.RuleDeleted', bus, name }] };
  },
});

const shown = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  EventBusName: rule.bus,
  State: rule.state,
  EventPattern: rule.eventPattern,
  ScheduleExpression: rule.scheduleExpression,
  Description: rule.description,
  RoleArn: rule.roleArn,
});

const DescribeRule = operation<DescribeRuleRequest>({
  action: 'events:DescribeRule',
  resource: (world, { Name, EventBusName }) => ruleArn(world, busOf(EventBusName), Name ?? '*'),
  run: (world, { Name, EventBusName }) => ({
    output: shown(requireRule(world, busOf(EventBusName), Name)),
    effects: [],
  }),
});

const ListRules = operation<ListRulesRequest>({
  action: 'events:ListRules',
  resource: () => '*',
  run(world, { NamePrefix = '', EventBusName, ...paging }) {
    const bus = busOf(EventBusName);
    const rules = [...world.events.rules.values()].filter((it) => it.bus === bus && it.name.startsWith(NamePrefix));
    const { items, next } = page(rules, paging);
    return { output: { Rules: items.map(shown), ...next }, effects: [] };
  },
});

const switching = (state: 'ENABLED' | 'DISABLED') =>
  operation<EnableRuleRequest>({
    action: state === 'ENABLED' ? 'events:EnableRule' : 'events:DisableRule',
    resource: (world, { Name, EventBusName }) => ruleArn(world, busOf(EventBusName), Name ?? '*'),
    run(world, { Name, EventBusName }) {
      const rule = requireRule(world, busOf(EventBusName), Name);
      return { output: {}, effects: [{ type: 'events.RulePut', rule: { ...rule, state } }] };
    },
  });

const EnableRule = switching('ENABLED');
const DisableRule = switching('DISABLED');

/** Source: EventBridge API reference, TestEventPattern (D): the event has to have these fields. */
const FIELDS = ['id', 'detail-type', 'source', 'account', 'time', 'region'];

const TestEventPattern = operation<TestEventPatternRequest>({
  action: 'events:TestEventPattern',
  resource: () => '*',
  run(_world, { EventPattern = '', Event = '' }) {
    const matches = readPattern(EventPattern);
    const event = readEvent(Event);
    const missing = FIELDS.find((field) => !Object.hasOwn(event, field));
    if (missing !== undefined)
      throw new AwsError(
        'ValidationException',
        `Parameter Event is not valid. Reason: ${missing} is a required field.`,
      );
    return { output: { Result: matches(event) }, effects: [] };
  },
});

function readEvent(text: string): object {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read;
  } catch {
    // Told below.
  }
  throw new AwsError('ValidationException', 'Parameter Event is not valid. Reason: it is not an object of JSON.');
}

const PutTargets = operation<PutTargetsRequest>({
  action: 'events:PutTargets',
  resource: (world, { Rule: name, EventBusName }) => ruleArn(world, busOf(EventBusName), name ?? '*'),
  run(world, input) {
    const rule = requireRule(world, busOf(input.EventBusName), input.Rule);
    const targets = new Map(rule.targets);
    for (const [i, { InputTransformer: it }] of (input.Targets ?? []).entries())
      if (it !== undefined && it.InputTemplate === undefined)
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value null at 'targets.${i + 1}.member.inputTransformer.inputTemplate' failed to satisfy constraint: Member must not be null`,
        );
    for (const target of input.Targets ?? []) targets.set(target.Id ?? '', { ...target } as unknown as RuleTarget);
    return {
      output: { FailedEntryCount: 0, FailedEntries: [] },
      effects: [{ type: 'events.RulePut', rule: { ...rule, targets } }],
    };
  },
});

const RemoveTargets = operation<RemoveTargetsRequest>({
  action: 'events:RemoveTargets',
  resource: (world, { Rule: name, EventBusName }) => ruleArn(world, busOf(EventBusName), name ?? '*'),
  run(world, input) {
    const rule = requireRule(world, busOf(input.EventBusName), input.Rule);
    const targets = new Map([...rule.targets].filter(([id]) => input.Ids?.includes(id) !== true));
    return {
      output: { FailedEntryCount: 0, FailedEntries: [] },
      effects: [{ type: 'events.RulePut', rule: { ...rule, targets } }],
    };
  },
});

const ListTargetsByRule = operation<ListTargetsByRuleRequest>({
  action: 'events:ListTargetsByRule',
  resource: (world, { Rule: name, EventBusName }) => ruleArn(world, busOf(EventBusName), name ?? '*'),
  run(world, { Rule: name, EventBusName, ...paging }) {
    const { items, next } = page([...requireRule(world, busOf(EventBusName), name).targets.values()], paging);
    return { output: { Targets: items, ...next }, effects: [] };
  },
});

const PutEvents = operation<PutEventsRequest>({
  action: 'events:PutEvents',
  resource: (world) => arn(world, 'events', 'event-bus/default'),
  run(world, { Entries = [] }) {
    const answers = Entries.map((entry, i) => eventOf(world, entry, i));
    return {
      output: {
        FailedEntryCount: answers.filter((it) => 'ErrorCode' in it).length,
        Entries: answers.map((it) => ('type' in it ? { EventId: it.eventId } : it)),
      },
      effects: answers.filter((it) => 'type' in it),
    };
  },
});

interface Refused {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

function eventOf(world: World, entry: PutEventsRequestEntry, index: number): EventPut | Refused {
  const { Source: source = '', DetailType: detailType = '', Detail: detail, EventBusName } = entry;
  for (const [name, value] of Object.entries({ Source: source, DetailType: detailType, Detail: detail ?? '' }))
    if (value === '')
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  try {
    JSON.parse(detail ?? '');
  } catch {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  const eventId = world.random.uuid('ids', `${world.applied}:event:${index}`);
  const { Resources: resources = [], Time } = entry;
  const time = Time === undefined ? {} : { time: Time.toISOString() };
  const bus = busOf(EventBusName);
  return { type: 'events.EventPut', eventId, bus, source, detailType, resources, detail: detail ?? '', ...time };
}

export const operations: Readonly<Record<string, Operation>> = {
  DeleteRule,
  DescribeRule,
  DisableRule,
  EnableRule,
  ListRules,
  ListTargetsByRule,
  PutEvents,
  PutRule,
  PutTargets,
  RemoveTargets,
  TestEventPattern,
};
