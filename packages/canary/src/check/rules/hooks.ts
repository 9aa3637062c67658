/** Hooks that CodeDeploy cannot call, that cannot answer, or that answer for the wrong code. */
import type { Observation, Rule } from '../finding.ts';
import { mentions } from '../template/bundle.ts';
import type { GatedAlias, Hook } from '../template/gated-alias.ts';
import { mayDo, mayDoSomewhere } from '../template/permissions.ts';
import { functionArn } from '../template/physical-names.ts';
import type { Branch, JudgedResource } from '../template/read-branch.ts';
import { number, record, text } from '../template/values.ts';

interface HookUse {
  readonly alias: GatedAlias;
  readonly hook: Hook;
  readonly fn: JudgedResource;
}

/** Every hook function that the template makes, once, with the first alias that it serves. */
function hooksOf(branch: Branch): readonly HookUse[] {
  const found = new Map<string, HookUse>();
  for (const alias of branch.aliases)
    for (const hook of alias.hooks)
      if (hook.resource !== undefined && !found.has(hook.resource.id))
        found.set(hook.resource.id, { alias, hook, fn: hook.resource });
  return [...found.values()];
}

const atHook = ({ fn }: HookUse, property: string | undefined, message: string): Observation => ({
  resourceId: fn.id,
  ...(property !== undefined && { at: ['Properties', property] }),
  message,
});

export const hookNotInvocable: Rule = {
  id: 'hook-not-invocable',
  severity: 'error',
  title: 'CodeDeploy’s role may not call the hook',
  onAws:
    'The managed policy allows CodeDeploy to invoke functions called CodeDeployHook_… and no others. The lifecycle event fails with IAM_ROLE_PERMISSIONS, and every release is rolled back.',
  cure: 'FunctionName: !Sub CodeDeployHook_${AWS::StackName}_…, or a Role of the preference that allows lambda:InvokeFunction on the hook.',
  source: 'P9, codedeploy 3.9',
  *judge(branch) {
    for (const use of hooksOf(branch)) {
      const role = text(use.alias.group?.properties['ServiceRoleArn']);
      const name = branch.names.nameOf(use.fn.id);
      // What follows an unknown part may be anything; what comes before it is there.
      if (!branch.names.isKnown(name) && (name.startsWith('any') || name.startsWith('CodeDeployHook_'))) continue;
      if (mayDo(role, 'lambda:InvokeFunction', functionArn(name), branch) === false)
        yield atHook(
          use,
          'FunctionName',
          `The role of the deployment group may not invoke ${branch.names.isMadeUp(name) ? `${use.fn.id}, whose name CloudFormation makes up` : `"${name}"`}.`,
        );
    }
  },
};

const REPORT = 'codedeploy:PutLifecycleEventHookExecutionStatus';

/** A hook may leave the work, and the report, to others. Source: SAM safe_lambda_deployments.rst (R). */
const HANDS_ON = ['states:StartExecution', 'sts:AssumeRole'];

export const hookMayNotReport: Rule = {
  id: 'hook-may-not-report',
  severity: 'error',
  title: 'A hook without the permission to report',
  onAws: 'The call is refused, CodeDeploy hears nothing, waits an hour, and fails the release.',
  cure: 'Allow codedeploy:PutLifecycleEventHookExecutionStatus on deploymentgroup:${ServerlessDeploymentApplication}/*.',
  source: 'P10, codedeploy 3.3.7',
  *judge(branch) {
    for (const use of hooksOf(branch)) {
      const group = use.alias.group;
      const application = text(group?.properties['ApplicationName']);
      if (group === undefined || application === undefined) continue;
      const arn = `arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:${application}/${branch.names.nameOf(group.id)}`;
      const role = text(use.fn.properties['Role']);
      if (mayDo(role, REPORT, arn, branch) !== false) continue;
      const other = HANDS_ON.find((action) => mayDoSomewhere(role, action, branch));
      yield {
        ...atHook(
          use,
          'Policies',
          `The role of ${use.fn.id} does not allow ${REPORT} on the deployment group of ${use.alias.functionId}${other === undefined ? '' : `, unless what it reaches by ${other} reports for it`}.`,
        ),
        ...(other !== undefined && { severity: 'warning' }),
      };
    }
  },
};

export const hookNeverReports: Rule = {
  id: 'hook-never-reports',
  severity: 'error',
  title: 'A hook whose code never reports',
  onAws: 'What the hook returns or throws does not count. CodeDeploy waits an hour for the call and fails the release.',
  cure: 'Call PutLifecycleEventHookExecutionStatus in every path, also after an error.',
  source: 'P10, codedeploy 3.3',
  *judge(branch) {
    for (const use of hooksOf(branch)) {
      const bundle = branch.bundleOf(use.fn.id);
      if (bundle === undefined || mentions(bundle, 'PutLifecycleEventHookExecutionStatus')) continue;
      yield {
        ...atHook(use, 'CodeUri', `No file of ${use.fn.id} names PutLifecycleEventHookExecutionStatus.`),
        ...(!bundle.isWhole && { severity: 'warning' }),
      };
    }
  },
};

export const hookRetries: Rule = {
  id: 'hook-retries',
  severity: 'warning',
  title: 'A hook that Lambda tries again',
  onAws:
    'CodeDeploy invokes asynchronously: a hook that throws or times out runs up to three times, minutes apart, while the release waits.',
  cure: 'EventInvokeConfig: { MaximumRetryAttempts: 0 }.',
  source: 'codedeploy 3.3.2',
  *judge(branch) {
    for (const use of hooksOf(branch)) {
      const attempts = invokeConfig(use.fn, branch)['MaximumRetryAttempts'];
      if (number(attempts) !== 0)
        yield atHook(
          use,
          'EventInvokeConfig',
          `${use.fn.id} is retried ${attempts === undefined ? 'twice' : `${text(attempts)} times`} when it fails.`,
        );
    }
  },
};

export const hookFailureDestination: Rule = {
  id: 'hook-failure-destination',
  severity: 'note',
  title: 'Nobody reports for a hook that dies',
  onAws: 'A hook that crashes, times out or is never started reports nothing: the release hangs for an hour.',
  cure: 'EventInvokeConfig.DestinationConfig.OnFailure: a function that reports Failed with the ids of the event.',
  source: 'P10',
  *judge(branch) {
    for (const use of hooksOf(branch)) {
      const destination = record(record(invokeConfig(use.fn, branch)['DestinationConfig'])['OnFailure'])['Destination'];
      if (destination === undefined && use.fn.properties['DeadLetterConfig'] === undefined)
        yield atHook(use, undefined, `${use.fn.id} has no destination for failures.`);
    }
  },
};

function invokeConfig({ id }: JudgedResource, branch: Branch): Readonly<Record<string, unknown>> {
  const name = branch.names.nameOf(id);
  const found = branch
    .ofType('AWS::Lambda::EventInvokeConfig')
    .find(({ properties }) => properties['FunctionName'] === name);
  return found?.properties ?? {};
}

export const hookDeploysItself: Rule = {
  id: 'hook-shifted',
  severity: 'warning',
  title: 'A hook that is released by canary itself',
  onAws:
    'A preference in Globals reaches hooks too. The hook’s own alias then waits for a deployment, with itself as hook when Globals name one.',
  cure: 'DeploymentPreference: { Enabled: false } in the hook.',
  source: 'P25, codedeploy 1.5',
  *judge(branch) {
    for (const use of hooksOf(branch)) {
      const own = branch.aliases.find(({ functionId }) => functionId === use.fn.id);
      if (own === undefined) continue;
      const isItself = own.hooks.some(({ resource }) => resource?.id === use.fn.id);
      yield atHook(
        use,
        'DeploymentPreference',
        `${use.fn.id} is a hook and has a deployment of its own${isItself ? ', with itself as hook' : ''}.`,
      );
    }
  },
};

const LONGEST_SECONDS = 900;
const SHORTEST_SECONDS = 4;

export const hookTimeout: Rule = {
  id: 'hook-timeout',
  severity: 'warning',
  title: 'A hook’s time-out leaves no room',
  onAws:
    'A hook that runs into its time-out never reports. At 15 minutes it holds the release for long, three times over with retries; at Lambda’s default of 3 s a cold start and one call can be too much.',
  cure: 'One to three minutes, and a limit inside the hook that reports Failed before.',
  source: 'P10',
  *judge(branch) {
    for (const use of hooksOf(branch)) {
      const seconds = branch.names.knownNumber(use.fn.properties['Timeout'] ?? 3);
      if (seconds === undefined || (seconds < LONGEST_SECONDS && seconds >= SHORTEST_SECONDS)) continue;
      yield {
        ...atHook(use, 'Timeout', `${use.fn.id} times out after ${seconds} s.`),
        ...(seconds < SHORTEST_SECONDS && { severity: 'note' }),
      };
    }
  },
};

export const hookInNetwork: Rule = {
  id: 'hook-in-vpc',
  severity: 'note',
  title: 'A hook in a VPC',
  onAws: 'Without a route to CodeDeploy’s API the report never arrives, and the release hangs for an hour.',
  cure: 'A NAT gateway or an interface endpoint for com.amazonaws.<region>.codedeploy; or no VpcConfig for the hook.',
  source: 'P10, SAM#1963',
  *judge(branch) {
    const hasEndpoint = branch
      .ofType('AWS::EC2::VPCEndpoint')
      .some(({ properties }) => text(properties['ServiceName'])?.endsWith('.codedeploy'));
    for (const use of hooksOf(branch))
      if (!hasEndpoint && use.fn.properties['VpcConfig'] !== undefined)
        yield atHook(use, 'VpcConfig', `${use.fn.id} runs in a VPC; the template shows no endpoint for CodeDeploy.`);
  },
};

export const hookTestsOther: Rule = {
  id: 'hook-version',
  severity: 'note',
  title: 'A pre-traffic hook that is not told the new version',
  onAws:
    'The event holds two ids and no version; the alias is still the old version, and $LATEST is whatever was deployed last.',
  cure: 'Environment: NEW_VERSION: !Ref Function.Version.',
  source: 'P21',
  *judge(branch) {
    for (const use of hooksOf(branch)) {
      if (use.hook.event !== 'PreTraffic') continue;
      const variables = JSON.stringify(record(use.fn.properties['Environment'])['Variables'] ?? {});
      if (branch.names.versionIn(variables) === undefined)
        yield atHook(
          use,
          'Environment',
          `The environment of ${use.fn.id} does not name the new version of ${use.alias.functionId}.`,
        );
    }
  },
};

export const hookRules: readonly Rule[] = [
  hookNotInvocable,
  hookMayNotReport,
  hookNeverReports,
  hookRetries,
  hookFailureDestination,
  hookDeploysItself,
  hookTimeout,
  hookInNetwork,
  hookTestsOther,
];
