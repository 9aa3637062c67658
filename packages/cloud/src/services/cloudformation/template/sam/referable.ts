import type { Value, ValueMap } from '../template-value.ts';
import { intrinsicOf, isList, isMap } from '../template-value.ts';

/** `F` → `{ Version: 'FVersion1a2b…', Alias: 'FAliaslive' }` */
export type Referable = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Types that a property of a serverless resource stands for. Source: ST:model/sam_resources.py `referable_properties` */
const PROPERTY_BY_TYPE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::Serverless::Function': {
    'AWS::Lambda::Alias': 'Alias',
    'AWS::Lambda::Version': 'Version',
    'AWS::SNS::Topic': 'DestinationTopic',
    'AWS::SQS::Queue': 'DestinationQueue',
  },
  'AWS::Serverless::Api': { 'AWS::ApiGateway::Stage': 'Stage', 'AWS::ApiGateway::Deployment': 'Deployment' },
  'AWS::Serverless::HttpApi': { 'AWS::ApiGatewayV2::Stage': 'Stage' },
};

/** The key of a resource that has another id after the transform, as layers have. */
export const ITSELF = '';

export const referablePropertyOf = (serverlessType: string, type: string): string | undefined =>
  PROPERTY_BY_TYPE[serverlessType]?.[type];

/**
 * `Ref: F.Version`, `GetAtt: F.Version.Version` and `${F.Version}` name what the transform made of F; done at its
 * end, over the whole template. Source: reference §1.2; ST:intrinsics/actions.py (R)
 */
export function withReferable(value: Value, referable: Referable): Value {
  if (referable.size === 0) return value;
  const found = intrinsicOf(value);
  if (found !== undefined) {
    if (found.name === 'Ref' && typeof found.argument === 'string') return { Ref: renamed(found.argument, referable) };
    if (found.name === 'Fn::GetAtt') return { 'Fn::GetAtt': renamedAttribute(found.argument, referable) };
    if (found.name === 'Fn::Sub') return { 'Fn::Sub': renamedInSub(found.argument, referable) };
  }
  if (isList(value)) {
    const items = value.map((item) => withReferable(item, referable));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  return isMap(value) ? withReferableMembers(value, referable) : value;
}

/** What names nothing stays as it is: most of a template does. */
function withReferableMembers(map: ValueMap, referable: Referable): ValueMap {
  let out: Record<string, Value> | undefined;
  for (const key in map) {
    const item = map[key] ?? null;
    const renamed = key === 'DependsOn' ? renamedDependencies(item, referable) : withReferable(item, referable);
    if (renamed === item) continue;
    out ??= { ...map };
    out[key] = renamed;
  }
  return out ?? map;
}

const renamedDependencies = (value: Value, referable: Referable): Value => {
  const one = (it: Value): Value => (typeof it === 'string' ? (referable.get(it)?.[ITSELF] ?? it) : it);
  return isList(value) ? value.map(one) : one(value);
};

/** `F.Version.Rest` → `FVersion1a2b….Rest` */
function renamed(name: string, referable: Referable): string {
  const [id, property, ...rest] = name.split('.');
  const known = referable.get(id ?? '');
  const itself = known?.[ITSELF];
  if (itself !== undefined) return [itself, ...(property === undefined ? [] : [property]), ...rest].join('.');
  const target = property === undefined ? undefined : known?.[property];
  return target === undefined ? name : [target, ...rest].join('.');
}

function renamedAttribute(argument: Value, referable: Referable): Value {
  const parts = isList(argument) ? argument : [argument];
  if (!parts.every((it) => typeof it === 'string')) return argument;
  const whole = parts.join('.');
  const name = renamed(whole, referable);
  if (name === whole) return argument;
  const dot = name.indexOf('.');
  return dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function renamedInSub(argument: Value, referable: Referable): Value {
  const inText = (text: string): string =>
    text.replaceAll(/\$\{([A-Za-z0-9.]+)\}/g, (_, name: string) => `\${${renamed(name, referable)}}`);
  if (typeof argument === 'string') return inText(argument);
  if (!isList(argument) || typeof argument[0] !== 'string') return argument;
  return [inText(argument[0]), ...argument.slice(1).map((item) => withReferable(item, referable))];
}
