import { parse } from 'yaml';
import { AwsError } from '../../aws-error.ts';
import type { Deployment, LambdaTarget } from './state.ts';

/** What an AppSpec for the Lambda platform says. Source: codedeploy reference 3.8 (D). */
export interface AppSpec {
  readonly target: LambdaTarget;
  readonly hooks: Deployment['hooks'];
}

/** Writes the AppSpec of one alias update, as CloudFormation hands it to CreateDeployment. */
export function writeAppSpec({ target, hooks }: AppSpec): string {
  const { functionName, alias, currentVersion, targetVersion } = target;
  return JSON.stringify({
    version: 0.0,
    Resources: [
      {
        [functionName]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: functionName,
            Alias: alias,
            CurrentVersion: currentVersion,
            TargetVersion: targetVersion,
          },
        },
      },
    ],
    Hooks: Object.entries(hooks).map(([event, name]) => ({ [event]: name })),
  });
}

/** Reads an AppSpec in YAML or JSON; anything it cannot be is InvalidRevisionException. */
export function readAppSpec(content: string): AppSpec {
  const document = parsed(content);
  const properties = propertiesOf(document);
  const target: LambdaTarget = {
    functionName: text(properties, 'Name'),
    alias: text(properties, 'Alias'),
    currentVersion: version(properties, 'CurrentVersion'),
    targetVersion: version(properties, 'TargetVersion'),
  };
  const hooks: { [event: string]: string } = {};
  for (const each of list(document['Hooks'])) {
    for (const [event, name] of Object.entries(each)) {
      if (event !== 'BeforeAllowTraffic' && event !== 'AfterAllowTraffic')
        throw invalid(`"${event}" is not a lifecycle event of the Lambda platform`);
      hooks[event] = String(name);
    }
  }
  return { target, hooks };
}

/** Source: CDG:reference-appspec-file-structure-resources (D): version 0.0, and one function. */
function propertiesOf(document: Record<string, unknown>): Record<string, unknown> {
  const other = Object.keys(document).find((name) => !['version', 'Resources', 'Hooks'].includes(name));
  if (other !== undefined) throw invalid(`it has no section "${other}"`);
  if (Number(document['version']) !== 0) throw invalid('its version must be 0.0');
  const resources = list(document['Resources']).flatMap((each) => Object.values(each));
  if (resources.length !== 1) throw invalid('it must name one function under Resources');
  const { Type: type, Properties: properties } = record(resources[0]);
  if (type !== 'AWS::Lambda::Function') throw invalid(`the Type must be AWS::Lambda::Function, and is ${String(type)}`);
  return record(properties);
}

function parsed(content: string): Record<string, unknown> {
  try {
    return record(parse(content));
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
    throw invalid('it is neither YAML nor JSON');
  }
}

const invalid = (why: string): AwsError =>
  new AwsError('InvalidRevisionException', `The AppSpec file is invalid: ${why}.`);

function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid('a mapping is expected');
}

const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(record) : []);

function text(properties: Record<string, unknown>, name: string): string {
  const value = properties[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`${name} is required`);
}

function version(properties: Record<string, unknown>, name: string): string {
  const given = properties[name];
  const value = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
  if (/^[1-9]\d*$/.test(value)) return value;
  throw invalid(`${name} must be the number of a published version, and is "${value}"`);
}
