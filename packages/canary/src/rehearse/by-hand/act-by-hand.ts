/**
 * What a person does by hand in a rehearsal, with the account's own rights: one API call, by AWS's names. Texts of its input may
 * name what only the cloud knows: `${deployment}` is the deployment that was created last, `${ListFunction}` a resource's Ref,
 * `${ListFunctionRole.Arn}` an attribute.
 */
import { type Cloud, UserError } from '@unicorns/cloud';

export interface ActByHand {
  /** Since the deployment of the release began. */
  readonly afterMs: number;
  /** `codedeploy:StopDeployment` */
  readonly call: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Part of the words in which AWS refuses it; left out, it must not be refused. */
  readonly refused?: string;
}

export interface Acted {
  readonly call: string;
  /** The input with everything put in, as `key=value`. */
  readonly words: string;
  readonly refusal?: string;
}

type Call = Extract<Parameters<Cloud['perform']>[0][number], { type: 'call' }>;

/** Makes the call at the present instant, and tells of it before what follows from it. Throws UserError when it is not answered as the scenario says. */
export function actByHand(
  cloud: Cloud,
  stackName: string,
  { call, input, refused }: ActByHand,
  tell: (acted: Acted) => void,
): void {
  const [service = '', operation = ''] = call.split(':');
  const known = filled(input, (name) => lookUp(cloud, stackName, name));
  let refusal: string | undefined;
  // The first entry is the answer to this call; its effects come after it.
  const unsubscribe = cloud.journal.subscribe(({ effect }) => {
    unsubscribe();
    if (effect.type === 'call' && effect.error) refusal = `${effect.error.code}: ${effect.error.message}`;
    tell({ call, words: wordsOf(known), ...(refusal !== undefined && { refusal }) });
  });
  cloud.perform([{ type: 'call', as: { type: 'root' }, service: service as Call['service'], operation, input: known }]);
  if ((refusal === undefined) !== (refused === undefined) || refusal?.includes(refused ?? '') === false)
    throw new UserError(unexpected(call, refusal, refused));
}

const unexpected = (call: string, refusal: string | undefined, refused: string | undefined): string =>
  refusal === undefined
    ? `By hand: ${call} was to be refused with "${refused ?? ''}", and was not.`
    : `By hand: ${call} was refused. ${refusal}`;

const wordsOf = (input: object): string =>
  Object.entries(input)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : shortened(JSON.stringify(value))}`)
    .join(' ');

/** A whole AppSpec says nothing to a reader. */
const shortened = (json: string): string => (json.length <= 60 ? json : `${json.slice(0, 1)}…${json.slice(-1)}`);

function filled<T>(value: T, lookup: (name: string) => string): T;
function filled(value: unknown, lookup: (name: string) => string): unknown {
  if (typeof value === 'string') return value.replaceAll(/\$\{([\w.]+)\}/g, (_all, name: string) => lookup(name));
  if (Array.isArray(value)) return value.map((each: unknown) => filled(each, lookup));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, lookup)]));
}

function lookUp({ world }: Cloud, stackName: string, name: string): string {
  if (name === 'deployment') {
    const last = [...world.codedeploy.deployments.values()].findLast(({ creator }) => creator === 'user');
    if (last !== undefined) return last.id;
    throw new UserError('By hand: there is no deployment yet that ${deployment} could name.');
  }
  const [logicalId = '', ...attribute] = name.split('.');
  const resource = world.cloudformation.stacks.get(stackName)?.resources.get(logicalId);
  const value = attribute.length === 0 ? resource?.ref : resource?.attributes[attribute.join('.')];
  if (typeof value === 'string') return value;
  throw new UserError(`By hand: the stack ${stackName} has no "${name}" that \${${name}} could name.`);
}
