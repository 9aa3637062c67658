/** For tests: IAM alone, with the role `hook` that Lambda may assume. */
import { Instant } from '../../instant.ts';
import { createRandom } from '../../random.ts';
import { ROOT } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { initialIam, service } from './index.ts';
import type { FindingNoticed, IamFact } from './state.ts';

export const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: 'sts:AssumeRole' }],
};
export const ROLE_ARN = 'arn:aws:iam::123456789012:role/hook';

export function startIam() {
  // IAM reads nothing of the other services.
  const world = {
    region: 'us-east-1',
    accountId: '123456789012',
    partition: 'aws',
    random: createRandom(1),
    iam: initialIam(),
  } as unknown as World;
  const findings: FindingNoticed[] = [];
  const call = (name: string, input: object) => {
    const context = { principal: ROOT, requestId: 'r', now: Instant(0) };
    const answer = service.operations[name]?.run(world, input as never, context);
    for (const effect of answer?.effects ?? []) {
      service.apply(world, effect as never, Instant(0));
      if ((effect as IamFact).type === 'iam.FindingNoticed') findings.push(effect as FindingNoticed);
    }
    return answer !== undefined && 'output' in answer ? answer.output : undefined;
  };
  call('CreateRole', { RoleName: 'hook', AssumeRolePolicyDocument: TRUST });
  return { world, call, findings };
}
