/** A release of which the code cannot run here, or its hooks cannot, is refused before it is deployed: callers would only meet errors. */
import { type CompiledTemplate, type Problem, UserError } from '@unicorns/cloud';

type Resource = CompiledTemplate['resources'] extends ReadonlyMap<string, infer R> ? R : never;

/** What API Gateway takes of one account and Region by default: 10,000 requests a second. */
const MOST_REQUESTS_PER_MINUTE = 600_000;

/** A rehearsal sends every single request, so that it would never come to an end with too many of them. */
export function refuseEndless(requestsPerMinute: number): void {
  if (requestsPerMinute <= MOST_REQUESTS_PER_MINUTE) return;
  const [most, wanted] = [MOST_REQUESTS_PER_MINUTE, requestsPerMinute].map((it) => it.toLocaleString('en'));
  throw new UserError(
    `A rehearsal sends every request there is, ${most} a minute at most, which is API Gateway's own limit, and not ${wanted}. ` +
      '`canary plan` counts with any traffic.',
  );
}

/** Throws one UserError with the line of every such function. Others in the template may be of any runtime. */
export function refuseUnrunnable({ resources, fileName: file }: CompiledTemplate): void {
  const aliases = [...resources.values()].filter(({ type }) => type === 'AWS::Lambda::Alias');
  const asked = new Set(aliases.flatMap(functionsOf));
  const problems = [...asked].flatMap((logicalId): readonly Problem[] => {
    const runtime = unrunnable(resources.get(logicalId));
    const line = resources.get(logicalId)?.line;
    if (runtime === undefined) return [];
    const message = `The function "${logicalId}" runs on ${runtime}, which cannot be rehearsed: only Node.js functions can. See docs/slice.md#runtimes.`;
    return [{ message, file, ...(line !== undefined && { line }) }];
  });
  if (problems.length > 0) throw new UserError(problems);
}

/** Of an alias that CodeDeploy shifts: its own function, and the hooks. */
function functionsOf({ properties, updatePolicy }: Resource): readonly string[] {
  const policy = updatePolicy['CodeDeployLambdaAliasUpdate'];
  if (typeof policy !== 'object' || policy === null) return [];
  const { BeforeAllowTrafficHook, AfterAllowTrafficHook } = Object.fromEntries(Object.entries(policy));
  return [properties['FunctionName'], BeforeAllowTrafficHook, AfterAllowTrafficHook].flatMap(referredTo);
}

const referredTo = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null && 'Ref' in value && typeof value.Ref === 'string' ? [value.Ref] : [];

function unrunnable(resource: Resource | undefined): string | undefined {
  if (resource?.type !== 'AWS::Lambda::Function') return undefined;
  const { PackageType, Runtime } = resource.properties;
  if (PackageType === 'Image') return 'a container image';
  return typeof Runtime === 'string' && !Runtime.startsWith('nodejs') ? Runtime : undefined;
}
