import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { emulates, type Problem, UserError } from '@unicorns/cloud';
import * as v from 'valibot';
import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { parseRoutes } from '../callers/parse-routes.ts';
import { parseFault } from '../faults/parse-fault.ts';
import { absoluteFrom } from '../releases/make-release.ts';
import { requireConfiguration } from '../releases/override-type.ts';
import { parseRate } from '../traffic/parse-traffic.ts';
import { type ReleaseDocument, type ScenarioDocument, scenarioSchema } from './scenario-schema.ts';

export interface ReadScenario {
  readonly file: string;
  /** Absolute; what the scenario names is relative to it. */
  readonly folder: string;
  readonly document: ScenarioDocument;
}

/** What paths that name files of the repository start from, and the template that a scenario without one releases. */
export interface Places {
  readonly root: string;
  readonly templateFile: string;
}

type Path = readonly (string | number)[];

/** Reads and checks a scenario. Throws one UserError with every problem and its line. */
export function readScenario(absoluteFile: string, places: Places): ReadScenario {
  const file = relative(process.cwd(), absoluteFile) || absoluteFile;
  const lines = new LineCounter();
  const yaml = parseDocument(readFileSync(absoluteFile, 'utf8'), { lineCounter: lines });
  if (yaml.errors.length > 0) {
    throw new UserError(
      yaml.errors.map(({ message, pos }) => ({ message: firstLine(message), file, line: lines.linePos(pos[0]).line })),
    );
  }
  const problem = (path: Path, message: string): Problem => ({ message, file, line: lineOf(yaml, lines, path) });
  const result = v.safeParse(scenarioSchema, yaml.toJS());
  if (!result.success) throw new UserError(result.issues.map((issue) => problem(pathOf(issue), messageOf(issue))));
  const folder = dirname(absoluteFile);
  const problems = [
    ...namesTwice(result.output),
    ...result.output.releases.flatMap((it, index) => missing(it, index, folder, places.root)),
  ];
  problems.push(...missingTemplate(result.output, folder), ...wrongRoutes(result.output));
  if (problems.length === 0) problems.push(...wrongForTemplate(result.output, folder, places));
  // A setting of all releases may be wrong for each.
  const once = new Map(problems.map(([path, message]) => [`${path.join('.')} ${message}`, problem(path, message)]));
  if (once.size > 0) throw new UserError([...once.values()]);
  return { file, folder, document: result.output };
}

type Found = readonly [path: Path, message: string];

function namesTwice({ releases }: ScenarioDocument): readonly Found[] {
  return releases.flatMap(({ name }, index) =>
    releases.findIndex((other) => other.name === name) === index
      ? []
      : [[['releases', index, 'name'], `Another release is called "${name}" already.`]],
  );
}

const missingTemplate = ({ template }: ScenarioDocument, folder: string): readonly Found[] =>
  template === undefined || isFile(absoluteFrom(folder, template))
    ? []
    : [[['template'], `There is no file ${template}.`]];

const wrongRoutes = ({ routes }: ScenarioDocument): readonly Found[] =>
  routes.length === 0 ? [] : messagesOf(() => parseRoutes(routes)).map((message) => [['routes'], message]);

/** What a release names and does not exist, or cannot be read. */
function missing(release: ReleaseDocument, index: number, folder: string, root: string): readonly Found[] {
  const at = (...path: Path): Path => ['releases', index, ...path];
  const found: Found[] = [];
  for (const [target, source] of Object.entries(release.replace)) {
    if (!existsSync(join(root, target))) found.push([at('replace', target), `There is no ${target} to replace.`]);
    if (!isFile(absoluteFrom(folder, source))) found.push([at('replace', target), `There is no file ${source}.`]);
  }
  for (const [codePath, source] of Object.entries(release.packages)) {
    if (!isFolder(absoluteFrom(folder, source)))
      found.push([at('packages', codePath), `There is no folder ${source}.`]);
  }
  for (const [number, fault] of release.faults.entries()) {
    for (const message of messagesOf(() => parseFault(fault))) found.push([at('faults', number), message]);
  }
  for (const [number, { call }] of release.byHand.entries()) {
    const [service = '', operation = ''] = call.split(':');
    if (!emulates(service, operation))
      found.push([at('byHand', number, 'call'), `There is no ${call} here. See docs/slice.md#operations.`]);
  }
  if (release.template !== undefined && !isFile(absoluteFrom(folder, release.template))) {
    found.push([at('template'), `There is no file ${release.template}.`]);
  }
  if (
    release.traffic !== undefined &&
    parseRate(release.traffic) === undefined &&
    !existsSync(absoluteFrom(folder, release.traffic))
  ) {
    found.push([at('traffic'), `"${release.traffic}" is neither a rate such as 1/s or 600/min nor a profile file.`]);
  }
  return found;
}

/** What can only be said with a release's template beside it. */
function wrongForTemplate(document: ScenarioDocument, folder: string, { templateFile }: Places): readonly Found[] {
  return document.releases.flatMap((release, index) => {
    const named = release.template ?? document.template;
    const file = named === undefined ? templateFile : absoluteFrom(folder, named);
    const template = { fileName: file, text: readFileSync(file, 'utf8') };
    const type = release.type ?? document.type;
    const at: Path = release.type === undefined ? ['type'] : ['releases', index, 'type'];
    return [
      ...(type === undefined ? [] : messagesOf(() => requireConfiguration(template, type)).map(foundAt(at))),
      ...idleReplacements(release, index, file === templateFile),
      ...idlePackages(release, index, template.text),
    ];
  });
}

const foundAt =
  (path: Path) =>
  (message: string): Found => [path, message];

/** Only the template of the repository is released from its sources; the code of others is taken as it is. */
const idleReplacements = ({ replace }: ReleaseDocument, index: number, isOwnTemplate: boolean): readonly Found[] =>
  isOwnTemplate
    ? []
    : Object.keys(replace).map((target) => [
        ['releases', index, 'replace', target],
        `${target} is no source of this template, whose packages are taken as they are ("packages" replaces one).`,
      ]);

/** A package that the template does not name would stand in for nothing. */
function idlePackages({ packages }: ReleaseDocument, index: number, text: string): readonly Found[] {
  if (Object.keys(packages).length === 0) return [];
  const written = new Set<unknown>();
  visit(parseDocument(text, { logLevel: 'silent' }), { Scalar: (_, { value }) => void written.add(value) });
  return Object.keys(packages)
    .filter((path) => !written.has(path))
    .map((path) => [['releases', index, 'packages', path], `The template names no package ${path}.`]);
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

function messagesOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

const pathOf = (issue: v.BaseIssue<unknown>): Path =>
  (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));

function messageOf(issue: v.BaseIssue<unknown>): string {
  const name = pathOf(issue).at(-1);
  if (name === undefined) return 'A scenario is a mapping with a title and releases.';
  if (issue.type === 'strict_object') {
    return issue.expected === 'never' ? `"${name}" is not a setting of a scenario.` : `"${name}" is missing.`;
  }
  return `"${name}" ${issue.message.startsWith('must ') ? issue.message : `is not right: ${issue.message}`}.`;
}

/** The line of the deepest part of the path that is written down. */
function lineOf(yaml: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const firstLine = (message: string): string => message.split('\n')[0] ?? message;
