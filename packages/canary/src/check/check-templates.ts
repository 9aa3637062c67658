/** Judges templates: every rule over every branch, findings merged, silenced where the template says why. */
import { nearestLineOf } from './nearest-line.ts';
import { type ParsedTemplate, parseTemplate, writeOutLoops } from '@unicorns/cloud/inspect';
import { type Finding, type Observation, type Rule, SEVERITIES, type Severity } from './finding.ts';
import { LINE, RULES } from './rules/index.ts';
import { type Ignore, readIgnores, silenceFindings } from './silence-findings.ts';
import { type BranchChoice, branchesOf, MOST_BRANCHES } from './template/branches.ts';
import type { ReadBundle } from './template/bundle.ts';
import { declaredParameters, guessParameters } from './template/guess-parameters.ts';
import { namedAlarms } from './template/named-alarms.ts';
import { Branch } from './template/read-branch.ts';

export interface TemplateSource {
  readonly fileName: string;
  readonly text: string;
  /** Reads the code that a CodeUri of this template names; none by default. */
  readonly readBundle?: ReadBundle;
}

export interface CheckOptions {
  readonly templates: readonly TemplateSource[];
  /** Values of parameters, for all templates that declare them. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** More warnings than this make the exit code 1. */
  readonly maxWarnings?: number;
}

export interface CheckedTemplate {
  readonly fileName: string;
  readonly findings: readonly Finding[];
  readonly silenced: readonly (Finding & { readonly reason: string })[];
  /** How many branches were judged, and how many aliases CodeDeploy shifts in any of them. */
  readonly branches: number;
  readonly aliases: number;
  /** The parameters that it declares. */
  readonly declares: readonly string[];
}

export interface CheckReport {
  readonly templates: readonly CheckedTemplate[];
  /** Of all templates: errors first, and of one severity in the order of the templates. */
  readonly findings: readonly Finding[];
  readonly exitCode: 0 | 1;
  /** Given parameters that no template declares. */
  readonly undeclared: readonly string[];
}

/** Never throws for a template that is wrong: that is a finding. */
export function checkTemplates({ templates, parameters = {}, maxWarnings }: CheckOptions): CheckReport {
  const read = templates.map((source) => ({ source, written: parseTemplate(source.text, source.fileName) }));
  const checked = read.map((own) => {
    const others = read.filter((it) => it !== own);
    const alarmsElsewhere = new Map(
      others.flatMap(({ source, written }) =>
        namedAlarms(written.body).map((name) => [name, source.fileName] as const),
      ),
    );
    return checkTemplate(own.source, own.written, alarmsElsewhere, parameters);
  });
  const findings = checked.flatMap((it) => it.findings).toSorted(worstFirst);
  const count = (severity: Severity): number => findings.filter((it) => it.severity === severity).length;
  const isOver = maxWarnings !== undefined && count('warning') > maxWarnings;
  const undeclared = Object.keys(parameters).filter((name) => !checked.some((it) => it.declares.includes(name)));
  return { templates: checked, findings, undeclared, exitCode: count('error') > 0 || isOver ? 1 : 0 };
}

/** One observation, and the branches in which it was made. */
interface Made {
  readonly rule: Rule;
  readonly observation: Observation;
  readonly branches: Set<BranchChoice>;
}

function checkTemplate(
  { fileName, text, readBundle = () => undefined }: TemplateSource,
  written: ParsedTemplate,
  alarmsElsewhere: ReadonlyMap<string, string>,
  parameters: Readonly<Record<string, string>>,
): CheckedTemplate {
  const declares = Object.keys(declaredParameters(written.body));
  const given = Object.fromEntries(Object.entries(parameters).filter(([name]) => declares.includes(name)));
  const { unknown, values } = guessParameters(written.body, given);
  const parsed = writeOutLoops(written, { ...values, ...given });
  const { body, lines } = parsed;
  const { choices, isCapped } = branchesOf(body, given);
  const made = new Map<string, Made>();
  let aliases = 0;
  for (const choice of choices) {
    const branch = new Branch({ text, fileName, parsed, choice, unknown, readBundle, alarmsElsewhere });
    aliases = Math.max(aliases, branch.aliases.length);
    for (const rule of RULES)
      for (const observation of rule.judge(branch)) {
        const key = JSON.stringify([rule.id, observation]);
        const known = made.get(key) ?? { rule, observation, branches: new Set() };
        known.branches.add(choice);
        made.set(key, known);
      }
  }
  const lineOf = (path: readonly (string | number)[]): number | undefined =>
    path[0] === LINE ? Number(path[1]) : nearestLineOf(lines, path);
  const all = [...made.values()].map((it) => findingOf(it, choices, fileName, lineOf));
  const { findings, silenced, unused } = silenceFindings(all, readIgnores(body));
  const ours = [...ignoreFindings(readIgnores(body), unused), ...(isCapped ? [CAPPED] : [])];
  const added = ours.map(({ path, ...rest }) => ({ ...rest, file: fileName, ...lineMember(lineOf(path)) }));
  return {
    fileName,
    findings: [...findings, ...added].toSorted(bySeverity),
    silenced,
    branches: choices.length,
    aliases,
    declares,
  };
}

const lineMember = (line: number | undefined): { readonly line?: number } => (line === undefined ? {} : { line });

function findingOf(
  { rule, observation, branches }: Made,
  choices: readonly BranchChoice[],
  file: string,
  lineOf: (path: readonly (string | number)[]) => number | undefined,
): Finding {
  const { resourceId, at = [], document = ['Resources', resourceId, ...at], message, severity } = observation;
  const when = describeBranches(branches, choices);
  return {
    rule: rule.id,
    severity: severity ?? rule.severity,
    file,
    ...lineMember(lineOf(document)),
    resourceId,
    message,
    ...(when !== undefined && { when }),
    onAws: rule.onAws,
    cure: rule.cure,
    source: rule.source,
  };
}

/** Undefined: in every branch. One condition that tells them apart, else what the first of them differs by. */
function describeBranches(some: ReadonlySet<BranchChoice>, all: readonly BranchChoice[]): string | undefined {
  const [first] = some;
  if (first === undefined || some.size === all.length) return undefined;
  for (const [name, holds] of Object.entries(first.conditions)) {
    const alike = all.filter((choice) => choice.conditions[name] === holds);
    if (alike.length === some.size && alike.every((choice) => some.has(choice)))
      return `when ${name} ${holds ? 'holds' : 'does not hold'}`;
  }
  const changed = Object.entries(first.changed).map(([name, value]) => `${name}=${value}`);
  return changed.length === 0 ? 'with the default parameters' : `for example with ${changed.join(', ')}`;
}

type OwnFinding = Omit<Finding, 'file' | 'line'> & { readonly path: readonly (string | number)[] };

const CAPPED: OwnFinding = {
  rule: 'branches-capped',
  severity: 'note',
  resourceId: '',
  path: ['Conditions'],
  message: `The conditions allow more combinations than the ${MOST_BRANCHES} that were judged, those nearest to the defaults.`,
  onAws: 'A combination that was not judged may have gates that are blind.',
  cure: 'Give the parameters of the stage: --parameter Key=Value.',
  source: 'ours',
};

function ignoreFindings(ignores: readonly Ignore[], unused: readonly Ignore[]): readonly OwnFinding[] {
  const own = (rule: string, severity: Severity, it: Ignore, message: string, cure: string): OwnFinding => ({
    rule,
    severity,
    resourceId: it.resourceId ?? '',
    path: it.path,
    message,
    onAws: 'Nothing: AWS does not read it.',
    cure,
    source: 'ours',
  });
  return [
    ...ignores
      .filter(({ reason }) => reason === undefined)
      .map((it) =>
        own(
          'ignore-without-reason',
          'warning',
          it,
          `"${it.rule}" is to be ignored, and nothing says why. It is not.`,
          'Add a Reason.',
        ),
      ),
    ...unused.map((it) =>
      isRule(it.rule)
        ? own('ignore-unused', 'note', it, `Nothing here needs "${it.rule}" to be ignored.`, 'Remove it.')
        : own('ignore-unused', 'warning', it, `There is no rule "${it.rule}" to ignore.`, 'Name one of docs/check.md.'),
    ),
  ];
}

const isRule = (id: string): boolean => RULES.some((rule) => rule.id === id);

/** The rules that have no place of their own in the table. */
export const OWN_RULES = [
  { id: 'ignore-without-reason', severity: 'warning', title: 'An ignore without a reason' },
  { id: 'ignore-unused', severity: 'warning', title: 'An ignore that nothing needs, or of no rule' },
  { id: 'branches-capped', severity: 'note', title: 'More combinations of conditions than were judged' },
] as const;

const worstFirst = (a: Finding, b: Finding): number => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);

const bySeverity = (a: Finding, b: Finding): number =>
  worstFirst(a, b) || (a.line ?? 0) - (b.line ?? 0) || (a.rule < b.rule ? -1 : 1);
