import type { World } from '../../world-state.ts';
import { unknownConditions } from './condition.ts';
import { knownPolicy, policyVariables } from './evaluate.ts';
import type { PolicyDocument } from './policy-document.ts';
import { findingKey, type FindingNoticed, type Role } from './state.ts';

const finding = (rule: FindingNoticed['rule'], name: string, text: string): FindingNoticed => ({
  type: 'iam.FindingNoticed',
  rule,
  name,
  text,
});

const untold = (world: World, findings: readonly FindingNoticed[]): FindingNoticed[] =>
  findings.filter((each) => !world.iam.told.has(findingKey(each)));

/** What of a policy cannot be evaluated: its statements are taken as not matching. */
export function policyFindings(
  world: World,
  owner: string,
  { Statement: statements }: PolicyDocument,
): FindingNoticed[] {
  const findings = statements.flatMap((statement) => [
    ...unknownConditions(statement.Condition).map((condition) =>
      finding(
        'unknown-condition',
        owner,
        `The condition ${condition} in a policy of ${owner} cannot be evaluated: its statement is taken as not matching.`,
      ),
    ),
    ...policyVariables(statement).map((variable) =>
      finding(
        'policy-variable',
        owner,
        `The policy variable ${variable} in a policy of ${owner} is not resolved: its statement is taken as not matching.`,
      ),
    ),
  ]);
  return untold(world, findings);
}

/** A permissions boundary whose content is not known bounds nothing. */
export function boundaryFindings(
  world: World,
  { roleName, permissionsBoundaryArn: policyArn }: Role,
): FindingNoticed[] {
  if (policyArn === undefined || knownPolicy(world, policyArn) !== undefined) return [];
  const text = `The permissions boundary ${policyArn} of the role ${roleName} is taken to allow everything: its content is not known here.`;
  return untold(world, [finding('unknown-boundary', roleName, text)]);
}

/** A managed policy whose content is not known grants nothing. */
export function attachmentFindings(world: World, roleName: string, policyArns: readonly string[]): FindingNoticed[] {
  const unknown = policyArns.filter((policyArn) => knownPolicy(world, policyArn) === undefined);
  return untold(
    world,
    unknown.map((policyArn) =>
      finding(
        'unknown-managed-policy',
        roleName,
        `The managed policy ${policyArn} of the role ${roleName} is recorded, but grants nothing: its content is not known here.`,
      ),
    ),
  );
}
