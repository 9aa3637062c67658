/** Which functions are asked as hooks: the stack's template says so, since CodeDeploy's API does not. */
import { parse } from 'yaml';
import { member } from '../aws/index.ts';
import type { Questions } from './questions.ts';
import type { FindHooks } from './read-deployments.ts';

const NONE: Readonly<Record<string, string>> = {};
const HOOKS = { BeforeAllowTrafficHook: 'BeforeAllowTraffic', AfterAllowTrafficHook: 'AfterAllowTraffic' };

/** `stackName` undefined: nobody knows the stack, and no hook is known. Asked once per alias. */
export function hookFinder(
  questions: Questions,
  stackName: (functionName: string) => Promise<string | undefined>,
): FindHooks {
  const known = new Map<string, Promise<Readonly<Record<string, string>>>>();
  return async (functionName, alias) => {
    const key = `${functionName}:${alias}`;
    const found = known.get(key) ?? find(questions, await stackName(functionName), functionName, alias);
    known.set(key, found);
    return found;
  };
}

async function find(questions: Questions, stackName: string | undefined, functionName: string, alias: string) {
  if (stackName === undefined) return NONE;
  const { account, wanted } = questions;
  const { GetTemplateCommand } = await import('@aws-sdk/client-cloudformation');
  const getTemplate = new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Processed' });
  const template = await wanted("The stack's template", () => account.cloudformation.send(getTemplate));
  const names = await readPhysicalIds(questions, stackName);
  return hooksIn(template?.TemplateBody ?? '', names, functionName, alias);
}

/** Logical ids of the stack, and the names of the resources they stand for. */
async function readPhysicalIds(
  { account, wanted }: Questions,
  stackName: string,
): Promise<ReadonlyMap<string, string>> {
  const { ListStackResourcesCommand } = await import('@aws-sdk/client-cloudformation');
  const ids = new Map<string, string>();
  let nextToken: string | undefined;
  do {
    const command = new ListStackResourcesCommand({ StackName: stackName, ...(nextToken && { NextToken: nextToken }) });
    const page = await wanted("The stack's resources", () => account.cloudformation.send(command));
    for (const { LogicalResourceId: logicalId, PhysicalResourceId: physicalId } of page?.StackResourceSummaries ?? []) {
      if (logicalId !== undefined && physicalId !== undefined) ids.set(logicalId, physicalId);
    }
    nextToken = page?.NextToken;
  } while (nextToken !== undefined);
  return ids;
}

/** The hooks of the alias in a template that SAM has transformed. What is named by another function than Ref is unknown. */
export function hooksIn(
  template: string,
  physicalIds: ReadonlyMap<string, string>,
  functionName: string,
  alias: string,
): Readonly<Record<string, string>> {
  const nameOf = (value: unknown): string | undefined => {
    const ref = member(value, 'Ref');
    return typeof value === 'string' ? value : typeof ref === 'string' ? physicalIds.get(ref) : undefined;
  };
  const isSame = (value: unknown): boolean => nameOf(value)?.replace(/^.*:function:/, '') === functionName;
  const resources = Object.values((member(document(template), 'Resources') ?? {}) as Record<string, unknown>);
  const found = resources.find((resource) => {
    const properties = member(resource, 'Properties');
    return (
      member(resource, 'Type') === 'AWS::Lambda::Alias' &&
      isSame(member(properties, 'FunctionName')) &&
      nameOf(member(properties, 'Name')) === alias
    );
  });
  const update = member(member(found, 'UpdatePolicy'), 'CodeDeployLambdaAliasUpdate');
  return Object.fromEntries(
    Object.entries(HOOKS).flatMap(([key, event]) => {
      const name = nameOf(member(update, key));
      return name === undefined ? [] : [[event, name]];
    }),
  );
}

/** SAM's processed template is JSON. In YAML, short forms become what they stand for; others that are met become text. */
function document(text: string): unknown {
  const ref = { tag: '!Ref', resolve: (value: string) => ({ Ref: value }) };
  try {
    return text.startsWith('{') ? JSON.parse(text) : parse(text, { customTags: [ref], logLevel: 'silent' });
  } catch {
    return undefined;
  }
}
