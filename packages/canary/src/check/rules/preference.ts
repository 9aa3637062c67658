/** DeploymentPreference as written, and what the transform silently makes of it. */
import {
  intrinsicOf,
  isTemplateMap,
  referencesIn,
  type TemplateMap,
  type TemplatePath,
  type TemplateValue,
} from '@unicorns/cloud/inspect';
import type { Observation, Rule } from '../finding.ts';
import { bakeMinutes, routingOfResource } from '../template/gated-alias.ts';
import { declaredParameters } from '../template/guess-parameters.ts';
import type { Branch } from '../template/read-branch.ts';
import { atAlias } from './gates.ts';

interface WrittenPreference {
  readonly id: string;
  readonly preference: TemplateMap;
  readonly path: TemplatePath;
}

const mapOf = (value: TemplateValue | undefined): TemplateMap => (isTemplateMap(value) ? value : {});

/** The DeploymentPreference of each serverless function, and that of Globals, with the first function that inherits it. */
function writtenPreferences(branch: Branch): readonly WrittenPreference[] {
  const globals = mapOf(mapOf(mapOf(branch.body['Globals'])['Function'])['DeploymentPreference']);
  const own = branch.functions.flatMap(({ id }) => {
    if (!branch.isServerlessFunction(id)) return [];
    const preference = mapOf(branch.writtenProperties(id)['DeploymentPreference']);
    return [{ id, preference, path: ['Resources', id, 'Properties', 'DeploymentPreference'] }];
  });
  const heir = own.find(({ preference }) => preference['Enabled'] === undefined);
  if (heir === undefined) return own;
  return [...own, { id: heir.id, preference: globals, path: ['Globals', 'Function', 'DeploymentPreference'] }];
}

export const unknownHookKey: Rule = {
  id: 'hook-key',
  severity: 'error',
  title: 'A hook under a name that SAM does not know',
  onAws: 'The transform drops the key without a word. The hook never runs.',
  cure: 'The keys are PreTraffic and PostTraffic.',
  source: 'P26, codedeploy 1.3',
  *judge(branch) {
    for (const { id, preference, path } of writtenPreferences(branch))
      for (const key of Object.keys(mapOf(preference['Hooks'])))
        if (!['PreTraffic', 'PostTraffic'].includes(key) && !key.startsWith('Fn::'))
          yield { resourceId: id, document: [...path, 'Hooks', key], message: `Hooks has the key "${key}".` };
  },
};

export const enabledIf: Rule = {
  id: 'enabled-if',
  severity: 'error',
  title: 'Enabled: !If is not looked at',
  onAws:
    'SAM looks at Enabled before conditions are known: anything but a literal, a parameter’s value or a mapping’s counts as true.',
  cure: 'A parameter (Enabled: !Ref Shift) or !FindInMap; or !If in Type, with AllAtOnce.',
  source: 'P26, codedeploy 1.3',
  *judge(branch) {
    for (const { id, preference, path } of writtenPreferences(branch)) {
      const enabled = preference['Enabled'];
      const found = intrinsicOf(enabled);
      if (found === undefined || found.name === 'Ref' || found.name === 'Fn::FindInMap') continue;
      yield {
        resourceId: id,
        document: [...path, 'Enabled'],
        message: `Enabled is ${found.name === 'Fn::If' ? '!If' : found.name}: the preference of ${id} is always on.`,
      };
    }
  },
};

export const unknownConfiguration: Rule = {
  id: 'unknown-configuration',
  severity: 'error',
  title: 'A traffic shifting configuration that does not exist',
  onAws:
    'CodeDeploy refuses the group (DeploymentConfigDoesNotExistException), and the stack rolls back. SAM passes any text.',
  cure: 'Take one of the nine predefined names, or declare an AWS::CodeDeploy::DeploymentConfig and !Ref it.',
  source: 'codedeploy 1.3, 2.1, 2.2',
  *judge(branch) {
    for (const alias of branch.aliases) {
      const name = alias.configurationName;
      if (name === undefined || alias.routing !== undefined || !branch.names.isKnown(name)) continue;
      const own = branch.named('AWS::CodeDeploy::DeploymentConfig', name);
      if (own !== undefined) continue;
      const isReserved = name.startsWith('CodeDeployDefault.');
      const isLike = /^(?:Lambda)?(?:Canary|Linear|AllAtOnce)/i.test(name);
      const member = alias.isServerless ? 'Type' : 'DeploymentConfigName';
      const message = isReserved
        ? `"${name}" is not one of CodeDeploy’s own for Lambda, and no other name may begin so.`
        : isLike
          ? `"${name}" is none of the nine predefined names, and the template does not declare it.`
          : `The template does not declare "${name}"; it has to be there, and its bake is not judged.`;
      yield { ...atAlias(alias, member, message), ...(!isReserved && { severity: isLike ? 'warning' : 'note' }) };
    }
    for (const { id, properties } of branch.ofType('AWS::CodeDeploy::DeploymentConfig'))
      if (
        properties['ComputePlatform'] === 'Lambda' &&
        branch.names.isKnown(JSON.stringify(properties)) &&
        routingOfResource(properties) === undefined
      )
        yield {
          resourceId: id,
          at: ['Properties', 'TrafficRoutingConfig'],
          message: `CodeDeploy refuses this routing: steps of 1 to 99 %, whole minutes, at most 2,880 minutes in all.`,
        };
  },
};

export const shiftsNothing: Rule = {
  id: 'shifts-nothing',
  severity: 'warning',
  title: 'A configuration that shifts everything at once',
  onAws:
    'All traffic moves in one step: no share of it is a test, and alarms have no time to speak before everybody has the new version.',
  cure: 'A canary or linear configuration where alarms guard the release.',
  source: 'codedeploy 2.1',
  *judge(branch) {
    for (const alias of branch.aliases) {
      if (alias.routing === undefined || bakeMinutes(alias.routing) > 0) continue;
      const hasAlarms = alias.alarmNames.length > 0;
      yield {
        ...atAlias(
          alias,
          alias.isServerless ? 'Type' : 'DeploymentConfigName',
          `${alias.functionId} goes live all at once${hasAlarms ? ', before its alarms can see anything' : ''}.`,
        ),
        ...(!hasAlarms && { severity: 'note' }),
      };
    }
  },
};

export const environmentPublishesNothing: Rule = {
  id: 'environment-by-parameter',
  severity: 'warning',
  title: 'A changed parameter that publishes no version',
  onAws:
    'SAM names the version after the code, Environment and MemorySize as written, not after the values of parameters in them. A deployment that changes only the value updates $LATEST; the alias, and every caller, stays on the old value.',
  cure: 'Change the code with it, or give AutoPublishCodeSha256 a parameter that changes too.',
  source: 'P12, codedeploy 1.4',
  *judge(branch) {
    const parameters = declaredParameters(branch.body);
    for (const { id } of branch.functions) {
      const isPublished = branch.writtenProperty(id, 'AutoPublishAlias') !== undefined;
      if (
        !isPublished ||
        !branch.isServerlessFunction(id) ||
        branch.writtenProperty(id, 'AutoPublishCodeSha256') !== undefined
      )
        continue;
      if (!branch.aliases.some(({ functionId }) => functionId === id)) continue;
      for (const found of parameterValues(id, parameters, branch)) yield found;
    }
  },
};

function* parameterValues(
  id: string,
  parameters: Readonly<Record<string, unknown>>,
  branch: Branch,
): Iterable<Observation> {
  for (const property of ['Environment', 'MemorySize']) {
    const found = branch.writtenProperty(id, property);
    if (found === undefined) continue;
    const used = referencesIn(found.value, found.path).filter(({ name }) => name in parameters);
    const [first] = used;
    if (first === undefined) continue;
    const names = [...new Set(used.map(({ name }) => name))].join(', ');
    yield { resourceId: id, document: first.path, message: `${property} of ${id} holds the value of ${names}.` };
  }
}

export const provisionedWithoutPreference: Rule = {
  id: 'provisioned-concurrency',
  severity: 'warning',
  title: 'Provisioned concurrency without a deployment preference',
  onAws:
    'On the second deployment the alias update fails: «Alias with weights can not be used with Provisioned Concurrency».',
  cure: 'Add a DeploymentPreference; Type: AllAtOnce is enough.',
  source: 'P15',
  *judge(branch) {
    for (const { id } of branch.functions) {
      if (
        branch.writtenProperty(id, 'ProvisionedConcurrencyConfig') === undefined ||
        branch.aliases.some(({ functionId }) => functionId === id)
      )
        continue;
      yield {
        resourceId: id,
        at: ['Properties', 'ProvisionedConcurrencyConfig'],
        message: `${id} has provisioned concurrency and no deployment preference.`,
      };
    }
  },
};

export const versionDescription: Rule = {
  id: 'version-description',
  severity: 'warning',
  title: 'A version’s description that changes without the code',
  onAws: 'A version cannot be updated in place: the stack fails.',
  cure: 'Change VersionDescription only together with the code, or leave it out.',
  source: 'P14',
  *judge(branch) {
    const parameters = declaredParameters(branch.body);
    for (const { id } of branch.functions) {
      const found = branch.writtenProperty(id, 'VersionDescription');
      if (found !== undefined && referencesIn(found.value).some(({ name }) => name in parameters))
        yield { resourceId: id, document: found.path, message: `VersionDescription of ${id} holds a parameter.` };
    }
  },
};

const MANY = 20;

export const manyDeployments: Rule = {
  id: 'many-deployments',
  severity: 'warning',
  title: 'Many aliases are shifted at once',
  onAws:
    'Each alias is a deployment, all at the same time; about 29 at once have run into Lambda’s API limits and failed (THROTTLED).',
  cure: 'A preference only where alarms guard the release.',
  source: 'P17',
  *judge({ aliases }) {
    const [first] = aliases;
    if (first !== undefined && aliases.length > MANY)
      yield atAlias(first, undefined, `${aliases.length} aliases of this stack are shifted by CodeDeploy.`);
  },
};

const CLI_MINUTES = 60;

export const outlastsCli: Rule = {
  id: 'deployment-outlasts-cli',
  severity: 'note',
  title: 'A shift longer than the command line waits',
  onAws:
    '`aws cloudformation deploy` gives up after an hour, and so do many tokens of CI, while the deployment goes on.',
  cure: 'Deploy with `sam deploy`, or wait for the stack yourself.',
  source: 'P23',
  *judge(branch) {
    for (const alias of branch.aliases)
      if (alias.routing !== undefined && bakeMinutes(alias.routing) >= CLI_MINUTES)
        yield atAlias(
          alias,
          alias.isServerless ? 'Type' : 'DeploymentConfigName',
          `The shift of ${alias.functionId} takes at least ${bakeMinutes(alias.routing)} minutes.`,
        );
  },
};

export const preferenceRules: readonly Rule[] = [
  unknownHookKey,
  enabledIf,
  unknownConfiguration,
  shiftsNothing,
  environmentPublishesNothing,
  provisionedWithoutPreference,
  versionDescription,
  manyDeployments,
  outlastsCli,
];
