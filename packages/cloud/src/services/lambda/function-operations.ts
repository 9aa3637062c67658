import type {
  CreateFunctionRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../aws-error.ts';
import type { Effect } from '../../effects.ts';
import type { Instant } from '../../instant.ts';
import { operation, type Answer } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { resolveCode, type CodeInput } from './code.ts';
import { refusesTrust } from '../iam/index.ts';
import { changedConfiguration, newConfiguration } from './configuration.ts';
import {
  conflict,
  existingFunction,
  functionArn,
  invalidParameter,
  parseFunctionName,
  policyResource,
} from './function-name.ts';
import { newRecord } from './new-function.ts';
import { publish, versionThatExists } from './publish-version.ts';
import { runtimeFinding } from './runtimes.ts';
import { timeZoneFinding } from './environment-variables.ts';
import { shownFunction } from './shown-function.ts';
import type { FunctionCreated, FunctionRecord, FunctionRevision, FunctionUpdated, VersionPublished } from './state.ts';
import { checkPattern, required } from './validation.ts';

type CreateInput = Omit<CreateFunctionRequest, 'Code'> & { readonly Code: CodeInput };

export const CreateFunction = operation<CreateInput>({
  action: 'lambda:CreateFunction',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input, { now }) {
    const { functionName, qualifier } = parseFunctionName(input.FunctionName);
    checkPattern(functionName, 'functionName', '[a-zA-Z0-9-_]+', 64);
    if (qualifier !== undefined) throw invalidParameter('Function name must not contain a qualifier.');
    if (world.lambda.functions.has(functionName)) throw conflict(`Function already exist: ${functionName}`);
    checkTrust(world, input.Role);
    const { code, effects } = resolveCode(world, required(input.Code, 'code'));
    const created: FunctionCreated = {
      type: 'lambda.FunctionCreated',
      functionName,
      functionArn: functionArn(world, functionName),
      configuration: newConfiguration({ ...input, FunctionName: functionName } as CreateFunctionRequest),
      code,
      description: input.Description ?? '',
      revisionId: newRevisionId(world, functionName),
      tags: input.Tags ?? {},
    };
    const fn = newRecord(created, now);
    return answered(
      world,
      fn,
      [...effects, created],
      input.Publish === true ? publish(world, fn, undefined) : undefined,
      now,
    );
  },
});

/** The text is AWS's, in many reports: aws-ct-vpc-flowlogs#1 (O). A role that is not known here is not judged. */
function checkTrust(world: World, roleArn: string | undefined): void {
  if (roleArn !== undefined && refusesTrust(world, roleArn, 'lambda'))
    throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
}

type UpdateCodeInput = Omit<UpdateFunctionCodeRequest, 'ZipFile'> & CodeInput;

export const UpdateFunctionCode = operation<UpdateCodeInput>({
  action: 'lambda:UpdateFunctionCode',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input, { now }) {
    const fn = latestOf(world, input.FunctionName, input.RevisionId);
    const { code, effects } = resolveCode(world, input);
    const revision = { ...fn.latest, code };
    if (input.DryRun === true) return { output: shownFunction(fn, revision), effects: [] };
    const answer = updated(world, fn, revision, input.Publish === true, now);
    return { ...answer, effects: [...effects, ...answer.effects] };
  },
});

export const UpdateFunctionConfiguration = operation<UpdateFunctionConfigurationRequest>({
  action: 'lambda:UpdateFunctionConfiguration',
  resource: (world, input) => policyResource(world, input.FunctionName),
  run(world, input, { now }) {
    const fn = latestOf(world, input.FunctionName, input.RevisionId);
    checkTrust(world, input.Role);
    const configuration = changedConfiguration(fn.latest.configuration, fn.functionName, input);
    const description = input.Description ?? fn.latest.description;
    return updated(world, fn, { ...fn.latest, configuration, description }, false, now);
  },
});

const newRevisionId = (world: World, functionName: string): string =>
  world.random.uuid('ids', `${world.applied}:${functionName}`);

/** A new $LATEST; nothing is told when nothing has changed but the moment. */
function updated(world: World, fn: FunctionRecord, next: FunctionRevision, alsoPublish: boolean, now: Instant): Answer {
  const { configuration, code, description } = next;
  const { functionName } = fn;
  const revisionId = newRevisionId(world, functionName);
  const fact: FunctionUpdated = {
    type: 'lambda.FunctionUpdated',
    functionName,
    configuration,
    code,
    description,
    revisionId,
  };
  const after: FunctionRecord = { ...fn, latest: { ...next, revisionId, lastModifiedAt: now } };
  const existing = alsoPublish ? versionThatExists(after) : undefined;
  if (existing !== undefined) return { output: shownFunction(after, existing, existing.version), effects: [fact] };
  return answered(world, after, [fact], alsoPublish ? publish(world, after, undefined) : undefined, now);
}

function answered(
  world: World,
  fn: FunctionRecord,
  facts: readonly Effect[],
  published: VersionPublished | undefined,
  now: Instant,
): Answer {
  const effects = [...facts, ...findingsOf(world, fn)];
  if (published === undefined) return { output: shownFunction(fn, fn.latest), effects };
  return {
    output: shownFunction(fn, publishedRevision(fn, published, now), published.version),
    effects: [...effects, published],
  };
}

/** The version as it will be once the fact is applied. */
export const publishedRevision = (fn: FunctionRecord, published: VersionPublished, now: Instant): FunctionRevision => ({
  ...fn.latest,
  version: published.version,
  description: published.description,
  revisionId: published.revisionId,
  lastModifiedAt: now,
});

/** What a reader should know of a function, each once. */
function findingsOf(world: World, { functionName, latest }: FunctionRecord): readonly Effect[] {
  const { runtime, environment } = latest.configuration;
  const texts = {
    'runtime-stands-in': runtimeFinding(functionName, runtime),
    'local-time-is-utc': timeZoneFinding(functionName, environment),
  };
  return Object.entries(texts).flatMap(([rule, text]) =>
    text === undefined || world.lambda.findings.has(`${rule} ${functionName}`)
      ? []
      : [{ type: 'lambda.FindingNoticed', rule, functionName, text } as const],
  );
}

/** Functions are changed unqualified, and only by someone who has seen their last revision, if he says so. */
function latestOf(world: World, name: string | undefined, revisionId: string | undefined): FunctionRecord {
  const { functionName, qualifier } = parseFunctionName(name);
  const fn = existingFunction(world, functionName);
  if (qualifier !== undefined && qualifier !== '$LATEST')
    throw invalidParameter('The operation cannot be performed at this time on a published version.');
  checkRevisionId(revisionId, fn.latest.revisionId);
  return fn;
}

/** Source: reference 4.2.3 (LS (S)). */
export function checkRevisionId(given: string | undefined, current: string): void {
  if (given === undefined || given === current) return;
  throw new AwsError(
    'PreconditionFailedException',
    'The RevisionId provided does not match the latest RevisionId for the Lambda function or alias. Call the GetFunction/GetFunctionConfiguration or the GetAlias API to retrieve the latest RevisionId for your resource.',
    412,
    { Type: 'User' },
  );
}
