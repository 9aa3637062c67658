/** Resources that CloudFormation refuses, and what AWS deploys and a rehearsal does not. */
import {
  type Complaint,
  complaintsAbout,
  extraneousKeys,
  propertiesOf,
  TYPE_NAMES,
  wrongAttributes,
} from '@unicorns/cloud/inspect';
import type { Observation, Rule } from '../finding.ts';
import type { Branch } from '../template/read-branch.ts';
import { text } from '../template/values.ts';
import { isNotJudged, lineKey } from './template-problems.ts';

/** A resource that another file writes may have anything; the module's own are not seen. */
const complaintsOf = (branch: Branch): readonly Complaint[] =>
  complaintsAbout(branch.compiled).filter(
    ({ resource, property = '' }) =>
      branch.resources.has(resource.logicalId) && !resource.type.endsWith('::MODULE') && !property.startsWith('Fn::'),
  );

const at = ({ resource, line }: Pick<Complaint, 'resource' | 'line'>, message: string): Observation => ({
  resourceId: resource.logicalId,
  document: line === undefined ? ['Resources', resource.logicalId] : lineKey(line),
  message,
});

const sorted = (name: string): string => name.toLowerCase().split('').toSorted().join('');

/** One letter more, less or another one, two that have changed places, or capitals: a name that was meant to be the other. */
function isLike(name: string, other: string): boolean {
  if (sorted(name) === sorted(other)) return true;
  const [short, long] = name.length < other.length ? [name, other] : [other, name];
  if (long.length - short.length > 1) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same++;
  return short.slice(short.length === long.length ? same + 1 : same) === long.slice(same + 1);
}

export const resourceRefused: Rule = {
  id: 'resource-refused',
  severity: 'error',
  title: 'A resource that CloudFormation refuses',
  onAws:
    'CloudFormation knows no such type, or the type no such property («extraneous key is not permitted»), and nothing of the release is deployed.',
  cure: 'Spell it as its page of the CloudFormation guide does; capitals count.',
  source: 'ours',
  *judge(branch) {
    // What CloudFormation does not know may be for a macro, which takes it away.
    const doubt = branch.isOpen ? ({ severity: 'warning' } as const) : {};
    for (const it of complaintsOf(branch)) {
      const { type, logicalId, properties } = it.resource;
      switch (it.kind) {
        case 'unknownType': {
          const right = [...TYPE_NAMES].find((name) => name.toLowerCase() === type.toLowerCase());
          if (right !== undefined) yield { ...at(it, `There is no type ${type}; AWS calls it ${right}.`), ...doubt };
          break;
        }
        case 'unknownProperty': {
          const { property = '' } = it;
          const right = propertiesOf(type)?.find((name) => isLike(property, name));
          yield right === undefined
            ? // AWS may have added it since.
              { ...at(it, `${type} of ${logicalId} has no ${property}, as far as is known here.`), severity: 'warning' }
            : { ...at(it, `${type} of ${logicalId} has no ${property}; ${right} is its name.`), ...doubt };
          break;
        }
        case 'wrongValue': {
          const value = text(properties[it.property ?? '']) ?? '';
          // Empty is what a function could not work out.
          if (value !== '' && branch.names.isKnown(value))
            yield { ...at(it, `${it.property} of ${logicalId} is "${value}", which is no number.`), ...doubt };
          break;
        }
        case 'refused':
          break;
        default:
          it.kind satisfies never;
      }
    }
    for (const it of extraneousKeys(branch.compiled)) {
      const { logicalId, type } = it.resource;
      const name = String(it.path.at(-1));
      if (!branch.resources.has(logicalId) || name.startsWith('Fn::')) continue;
      const right = [...it.known].find((each) => isLike(name, each));
      yield right === undefined
        ? {
            ...at(it, `${type} of ${logicalId} has no ${it.path.join('.')}, as far as is known here.`),
            severity: 'warning',
          }
        : { ...at(it, `${type} of ${logicalId} has no ${it.path.join('.')}; ${right} is its name.`), ...doubt };
    }
  },
};

export const attributeRefused: Rule = {
  id: 'attribute-refused',
  severity: 'error',
  title: 'An attribute that the resource does not have',
  onAws:
    'CloudFormation finds it out when it needs the attribute («Requested attribute … does not exist in schema»): in the middle of the update, which it rolls back.',
  cure: 'Take one of the attributes that the page of the type lists under Fn::GetAtt.',
  source: 'ours',
  *judge(branch) {
    const doubt = branch.isOpen ? ({ severity: 'warning' } as const) : {};
    for (const it of wrongAttributes(branch.compiled)) {
      if (it.isOnAws || !branch.resources.has(it.logicalId)) continue;
      const { logicalId, type, attribute, known } = it;
      const observation = {
        resourceId: logicalId,
        document: it.line === undefined ? ['Resources', logicalId] : lineKey(it.line),
        message: `${type} of ${logicalId} has no attribute ${attribute}; Fn::GetAtt gives ${known.join(', ') || 'none'}.`,
      };
      // AWS may have added one since that is nothing like those.
      const isMisspelled = known.length === 0 || known.some((each) => isLike(attribute, each));
      yield isMisspelled ? { ...observation, ...doubt } : { ...observation, severity: 'warning' };
    }
  },
};

export const notRehearsed: Rule = {
  id: 'not-rehearsed',
  severity: 'note',
  title: 'What AWS deploys and a rehearsal refuses',
  onAws: 'It is deployed as ever. `canary rehearse` refuses the template because of it.',
  cure: 'Nothing for a release. For a rehearsal, put it into a template of its own; docs/slice.md lists what can be rehearsed.',
  source: 'ours',
  *judge(branch) {
    const all = complaintsOf(branch);
    for (const it of all)
      if (it.kind === 'refused') yield at(it, `${it.property} of ${it.resource.logicalId} (${it.resource.type}).`);
    const unknown = Map.groupBy(
      all.filter(({ kind }) => kind === 'unknownType'),
      ({ resource }) => resource.type,
    );
    for (const [type, [first, ...others]] of unknown) {
      if (first === undefined) continue;
      const more = others.length === 0 ? '' : ` and ${others.length} other${others.length === 1 ? '' : 's'}`;
      yield at(first, `${first.resource.logicalId}${more} of the type ${type}.`);
    }
    for (const { message, line } of branch.problems)
      if (/outside the slice|cannot be read here/.test(message) && !isNotJudged(message))
        yield {
          resourceId: '',
          document: lineKey(line),
          message: message
            .replace(/ (?:is|are) outside the slice.*$/, '.')
            .replace(/ cannot be read here, which/, '; a rehearsal'),
        };
  },
};

export const resourceRules: readonly Rule[] = [resourceRefused, attributeRefused, notRehearsed];
