/** What the transform or CloudFormation itself would refuse, and what is not judged here. */
import type { Rule } from '../finding.ts';
import { type Branch, isWrittenElsewhere } from '../template/read-branch.ts';
import { many } from '../template/values.ts';

/** Mistakes of a template that have nothing to do with values left open, or with what cannot be rehearsed. */
const isOurs = (message: string): boolean =>
  /outside the slice|docs\/slice|cannot be read here|must have values|takes its value from the SSM|failed to satisfy constraint|^Parameter |No export named|property Fn::Transform not defined|Unable to get mapping|Mapping named ''|do not exist in the template/.test(
    message,
  );

/** The transform that runs on AWS may know what is newer than ours. */
const MAYBE_NEWER = /not defined for resource|not a supported property|is not supported\. Must be one of/;

/** What belongs into the DeploymentPreference, one level too high. */
const IS_MISPLACED =
  /^Resource with id .* property (?:Alarms|Hooks|PreTraffic|PostTraffic|TriggerConfigurations) not defined for resource of type AWS::Serverless::Function/;

/** AWS::LanguageExtensions runs before SAM, and may make a text of what we hand on as a function. */
const isOfSam = (message: string, branch: Branch): boolean =>
  message.startsWith('Resource with id [') && many(branch.body['Transform']).includes('AWS::LanguageExtensions');

/** What a function cannot do with the text that stands for a value nobody gave, it may do with the value. */
const MAY_BE_OF_A_GUESS = /^Template error: (?:Fn::(?:Select|Cidr|Split|Length) |every Fn::)/;

const IS_MISSING = /^Template (?:format )?error: (?:Unresolved (?:resource|condition) dependenc|Mapping named)/;

const CYCLE = /^Circular dependency between resources: \[(.*)\]$/;

export const circularDependency: Rule = {
  id: 'circular-dependency',
  severity: 'error',
  title: 'Resources wait for each other',
  onAws:
    'CloudFormation refuses the template. References in an UpdatePolicy count: an alias waits for its hooks, and a hook, its role or an alarm that names the alias waits for the alias.',
  cure: 'Refer to the version (!Ref Function.Version) or name the alias by text (!Sub ${Function}:live).',
  source: 'P11, codedeploy 1.6.1',
  *judge(branch) {
    for (const { message, line } of branch.problems) {
      const members = CYCLE.exec(message)?.[1]?.split(', ');
      if (members === undefined) continue;
      const alias = branch.aliases.find(({ resource }) => members.includes(resource.id));
      const hook = alias?.hooks.find(({ resource }) => resource !== undefined && members.includes(resource.id));
      const told =
        hook === undefined
          ? message
          : `The hook ${hook.resource?.id ?? hook.name} refers to the alias that waits for it. ${message}`;
      yield { resourceId: hook?.resource?.id ?? members[0] ?? '', document: lineKey(line), message: told };
    }
  },
};

/** What CloudFormation does not know may be for a macro, which takes it away. */
const IS_FOR_A_MACRO =
  /^Template format error: (?:Invalid template |Number of |.* Every Resources object must contain a Type|.* resource definition is malformed)/;

const hangsOnAnUnknown = (message: string, branch: Branch): boolean =>
  (branch.isOpen && (IS_MISSING.test(message) || IS_FOR_A_MACRO.test(message))) ||
  (branch.isGuessed && MAY_BE_OF_A_GUESS.test(message));

export const templateRefused: Rule = {
  id: 'template-refused',
  severity: 'error',
  title: 'A template that AWS refuses',
  onAws: 'The change set fails with this message; nothing is deployed.',
  cure: 'Correct what the message names.',
  source: 'codedeploy 1.3',
  *judge(branch) {
    for (const { message, line } of branch.problems)
      if (!CYCLE.test(message) && !isOurs(message) && !hangsOnAnUnknown(message, branch))
        yield {
          resourceId: '',
          document: lineKey(line),
          message,
          ...(!IS_MISPLACED.test(message) &&
            (MAYBE_NEWER.test(message) || isOfSam(message, branch)) && { severity: 'warning' }),
        };
  },
};

/** Does a problem say that something is there which is not seen here? */
export const isNotJudged = (message: string): boolean =>
  isWrittenElsewhere(message) ||
  /Fn::Transform is outside|property Fn::Transform not defined|AWS::Serverless::Function\b.*outside/.test(message) ||
  /^Resource with id .*outside the slice/.test(message);

export const notJudged: Rule = {
  id: 'not-judged',
  severity: 'note',
  title: 'A part of the template that is not looked at',
  onAws: 'It may work well. What it makes is not seen here, and findings may be missing.',
  cure: 'Run the macro, and check what it gives.',
  source: 'ours',
  *judge(branch) {
    for (const id of branch.modules)
      yield { resourceId: id, at: ['Type'], message: `What the module ${id} makes is not judged.` };
    for (const { message, line } of branch.problems)
      if (isNotJudged(message))
        yield {
          resourceId: '',
          document: lineKey(line),
          message: message
            .replace(/^Resource with id \[\w+\] is invalid\. /, '')
            .replace(/^property /, '')
            .replace(/ (?:is|are) outside the slice.*$| not defined for resource.*$/, ' is not judged.'),
        };
  },
};

/** A line that is known already, as a path of the document. */
export const lineKey = (line: number | undefined): readonly (string | number)[] =>
  line === undefined ? [] : [LINE, line];

/** Marks a path that is a line number. */
export const LINE = 'line:';

export const templateRules: readonly Rule[] = [circularDependency, templateRefused, notJudged];
