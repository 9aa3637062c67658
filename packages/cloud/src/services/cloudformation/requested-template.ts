/** The template and parameters of a request over the API: compiled, or refused in CloudFormation's words. */
import type { Parameter, Tag } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../aws-error.ts';
import { SECOND, type Instant } from '../../instant.ts';
import { UserError } from '../../user-error.ts';
import type { World } from '../../world-state.ts';
import { objectAtUrl } from '../s3/index.ts';
import { exportsOf } from './exports.ts';
import { refuseUnknown } from './refuse-unknown.ts';
import type { Stack } from './state.ts';
import { type CompiledTemplate, compileTemplate, parseTemplate } from './template/index.ts';

export interface TemplateRequest {
  readonly StackName?: string | undefined;
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly UsePreviousTemplate?: boolean | undefined;
  readonly Parameters?: readonly Parameter[] | undefined;
}

/** CFNG:cloudformation-limits (D): in the request, and in S3. */
const LONGEST_BODY_BYTES = 51_200;
const LONGEST_OBJECT_BYTES = 1_048_576;

/** The text of the template that a request names, in one of three ways. */
export function templateText(world: World, request: TemplateRequest, previous?: Stack): string {
  const { TemplateBody: body, TemplateURL: url, UsePreviousTemplate: isPrevious } = request;
  if (isPrevious === true) {
    if (previous !== undefined && previous.compiled.text !== '') return previous.compiled.text;
    throw new AwsError('ValidationError', 'No previous template exists.');
  }
  if ((body === undefined) === (url === undefined))
    throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
  const bytes = body === undefined ? objectAtUrl(world, url ?? '').body : Buffer.from(body);
  const [longest, member] =
    body === undefined ? [LONGEST_OBJECT_BYTES, 'templateURL'] : [LONGEST_BODY_BYTES, 'templateBody'];
  if (bytes.length > longest)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
    );
  return Buffer.from(bytes).toString('utf8');
}

/** A template that came over the API has been packaged: its code is in S3 already. */
export function requestedTemplate(
  world: World,
  request: TemplateRequest & { readonly stackName: string },
  now: Instant,
  previous?: Stack,
): CompiledTemplate {
  const text = templateText(world, request, previous);
  return inAwsWords(() => {
    const template = compileTemplate({
      text,
      fileName: 'template',
      parameters: parametersOf(request, previous),
      stackName: request.stackName,
      region: world.region,
      accountId: world.accountId,
      partition: world.partition,
      exports: exportsOf(world, request.stackName),
      nowSeconds: Math.floor(now / SECOND),
      resolveCode(path) {
        throw new UserError(`The path ${path} is not in S3. Package the template first.`);
      },
    });
    refuseUnknown(template, 'template');
    return template;
  });
}

/** What is wrong with a document becomes a ValidationError, all of it in one text. */
export function inAwsWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const texts = error.problems.map(({ message, line }) =>
      line === undefined ? message : `${message} (line ${line})`,
    );
    throw new AwsError('ValidationError', texts.join('\n'));
  }
}

function parametersOf(request: TemplateRequest, previous: Stack | undefined): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const { ParameterKey: key = '', ParameterValue: value, UsePreviousValue: keep } of request.Parameters ?? []) {
    if (keep !== true) {
      parameters[key] = value ?? '';
      continue;
    }
    const before = previous?.compiled.parameters[key];
    if (before === undefined)
      throw new AwsError(
        'ValidationError',
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    parameters[key] = parameterText(before);
  }
  return parameters;
}

export const parameterText = (value: CompiledTemplate['parameters'][string]): string =>
  typeof value === 'string' ? value : value.join(',');

export const tagsOf = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));

export const hasTransform = (text: string): boolean => {
  const { Transform } = parseTemplate(text, 'template').body;
  return Transform !== undefined;
};
