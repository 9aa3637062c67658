import type { Value, ValueMap } from '../template-value.ts';
import { isIntrinsic, isList, isMap, present, ref } from '../template-value.ts';
import { InvalidResource, passedOn } from './sam-context.ts';
import type { Generated } from './sam-context.ts';

const CORS_TYPES: Readonly<Record<string, 'list' | 'bool' | 'int'>> = {
  AllowOrigins: 'list',
  AllowMethods: 'list',
  AllowCredentials: 'bool',
  AllowHeaders: 'list',
  ExposeHeaders: 'list',
  MaxAge: 'int',
};

/**
 * `FunctionUrlConfig` becomes `FUrl` on the alias or the function; AuthType NONE adds the two permissions that
 * let anybody in. Source: reference §1.7; ST:model/sam_resources.py (R)
 */
export function functionUrl(
  functionId: string,
  source: ValueMap,
  config: ValueMap,
  aliasId: string | undefined,
): readonly Generated[] {
  const { AuthType: authType, Cors: cors, InvokeMode: invokeMode } = config;
  if (!isIntrinsic(authType) && authType !== 'AWS_IAM' && authType !== 'NONE')
    throw invalid(
      functionId,
      'AuthType is required to configure function property `FunctionUrlConfig`. Please provide either AWS_IAM or NONE.',
    );
  checkCors(functionId, cors);
  const target = ref(aliasId ?? functionId);
  const make = (suffix: string, type: string, properties: ValueMap): Generated => ({
    logicalId: `${functionId}${suffix}`,
    resource: { ...passedOn(source), Type: type, Properties: properties },
  });
  const url = make(
    'Url',
    'AWS::Lambda::Url',
    present({ Cors: cors, AuthType: authType, TargetFunctionArn: target, InvokeMode: invokeMode }),
  );
  if (authType !== 'NONE') return [url];
  return [
    url,
    make('UrlPublicPermissions', 'AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunctionUrl',
      FunctionName: target,
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    }),
    make('URLInvokeAllowPublicAccess', 'AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: target,
      Principal: '*',
      InvokedViaFunctionUrl: true,
    }),
  ];
}

function checkCors(functionId: string, cors: Value | undefined): void {
  if (cors === undefined || isIntrinsic(cors)) return;
  if (!isMap(cors)) throw invalid(functionId, "Property 'FunctionUrlConfig.Cors' should be a map.");
  for (const [name, value] of Object.entries(cors)) {
    const type = CORS_TYPES[name];
    if (type === undefined) throw invalid(functionId, `${name} is not a valid property for configuring Cors.`);
    const isRight = { list: isList(value), bool: typeof value === 'boolean', int: Number.isInteger(value) }[type];
    if (!isRight && !isIntrinsic(value)) throw invalid(functionId, `${name} must be of type ${type}.`);
  }
}

const invalid = (functionId: string, message: string): InvalidResource =>
  new InvalidResource(functionId, message, ['Properties', 'FunctionUrlConfig']);
