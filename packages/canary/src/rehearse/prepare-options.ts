/** A rehearsal from the command line's options: a baseline, then a candidate. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type Problem, UserError } from '@unicorns/cloud';
import { parseDocument } from 'yaml';
import { whyNoTemplate } from '../template-file.ts';
import type { WantedCallers } from './callers/callers.ts';
import { parseRoutes } from './callers/parse-routes.ts';
import { readEvent } from './callers/read-event.ts';
import { parseFault } from './faults/parse-fault.ts';
import type { Expectation, Rehearsal, Release, TrafficPlan } from './rehearsal.ts';
import { isOwnRepository } from './releases/build-own.ts';
import { addWorktree, repositoryOf } from './releases/git-worktree.ts';
import { type CodeSource, makeRelease, type ReleaseRequest } from './releases/make-release.ts';
import { readTemplate, type Repository, shownPath } from './scenario/prepare-scenario.ts';

export interface RehearseOptions {
  /** As given, relative to the working folder; default: the repository's own. */
  readonly template?: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** A folder or a git ref; default: what the template's own place holds. */
  readonly candidate?: string;
  readonly baseline?: string;
  readonly faults: readonly string[];
  readonly traffic: TrafficPlan;
  readonly type?: string;
  readonly seed: number;
  readonly expect?: Expectation;
  /** As `--route` takes them: `GET /unicorns,share=70%`. */
  readonly routes?: readonly string[];
  /** A JSON file: callers invoke the released functions with it, past any API. */
  readonly event?: string;
  /** A request that takes longer is hit; default: the template's parameter SlaMilliseconds, else 1000. */
  readonly slaMs?: number;
}

/** A folder with code, and the template in it. */
interface Place {
  readonly root: string;
  readonly label: string;
  /** Of a ref, whose folder is a temporary one: what its files are called, as git has it. */
  readonly ref?: string;
}

/** Builds a baseline and a candidate. Throws one UserError for all faults that cannot be read. */
export async function prepareOptions(options: RehearseOptions, repository: Repository): Promise<Rehearsal> {
  const { faults, callers } = readTexts(options);
  const templateFile = options.template === undefined ? repository.templateFile : resolve(options.template);
  const why = whyNoTemplate(options.template ?? templateFile);
  if (why !== undefined) throw new UserError(why);
  const home = homeOf(templateFile, repository);
  const [before, after] = [placeOf(options.baseline, home), placeOf(options.candidate, home)];
  const request = { options, templateFile, home, repository };
  const baseline = await release(request, before, {
    name: 'baseline',
    note: `${before.label}, live before.`,
    expect: 'created',
    faults: [],
  });
  const candidate = await release(request, after, {
    name: 'candidate',
    note: `${after.label}${options.faults.length > 0 ? ` with ${options.faults.join(' and ')}` : ''}.`,
    expect: options.expect ?? (faults.length > 0 ? 'rolled-back' : 'promoted'),
    faults,
    mayBeUnchanged: options.expect === undefined && faults.length === 0,
    // The same code twice would be no deployment at all.
    isStamped: before.root === after.root && options.expect !== 'no-changes',
  });
  return {
    name: 'candidate',
    title: `${shownPath(templateFile)}: baseline, then candidate`,
    stackName: 'rehearsal',
    seed: options.seed,
    traffic: options.traffic,
    ...(callers && { callers }),
    slaMs: options.slaMs ?? slaOf(candidate),
    releases: [baseline, candidate],
  };
}

/** The template that comes with the repository has its SLA as a parameter; others may have one of that name. */
function slaOf({ template, parameters }: Release): number {
  const { text } = template;
  const byDefault: unknown = parseDocument(text, { logLevel: 'silent' }).getIn(['Parameters', SLA, 'Default']);
  return Number(parameters[SLA] ?? byDefault) || 1_000;
}

const SLA = 'SlaMilliseconds';

/** What is given as text: everything wrong with it at once. */
function readTexts({ faults: texts, routes = [], event }: RehearseOptions) {
  const problems: Problem[] = [];
  const faults = texts.flatMap((text) => gather(problems, () => parseFault(text)) ?? []);
  const callers = gather(problems, () => readCallers(routes, event));
  if (problems.length > 0) throw new UserError(problems);
  return { faults, callers };
}

function readCallers(routes: readonly string[], event: string | undefined): WantedCallers | undefined {
  if (event === undefined) return routes.length === 0 ? undefined : { type: 'routes', routes: parseRoutes(routes) };
  if (routes.length === 0) return readEvent(event);
  throw new UserError('--event sends callers past the API, so it does not go with --route.');
}

function gather<T>(problems: Problem[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** The checkout that holds the template: refs are of its repository, and other checkouts have the same layout. */
function homeOf(templateFile: string, { root }: Repository): string {
  if (!relative(root, templateFile).startsWith('..')) return root;
  return repositoryOf(dirname(templateFile)) ?? dirname(templateFile);
}

function placeOf(given: string | undefined, home: string): Place {
  if (given === undefined) return { root: home, label: 'The working tree' };
  if (given === '')
    throw new UserError('A baseline or candidate without a name is given. It is a folder or a git ref.');
  const folder = resolve(given);
  if (existsSync(folder) && statSync(folder).isDirectory()) return { root: folder, label: given };
  return { root: addWorktree(repositoryOf(home) ?? home, given).root, label: given, ref: given };
}

interface Request {
  readonly options: RehearseOptions;
  readonly templateFile: string;
  readonly home: string;
  readonly repository: Repository;
}

async function release(
  { options, templateFile, home, repository }: Request,
  { root, label, ref }: Place,
  own: Pick<ReleaseRequest, 'name' | 'note' | 'expect' | 'faults' | 'isStamped' | 'mayBeUnchanged'>,
): Promise<Release> {
  const file = join(root, relative(home, templateFile));
  if (!existsSync(file)) {
    throw new UserError(
      `${label} holds no ${relative(home, templateFile)}. A baseline or candidate is a checkout with the same layout as ${home}.`,
    );
  }
  const code: CodeSource = {
    templateDir: dirname(file),
    ...(isOwnRepository(root) && { own: { ...repository, root, replacements: {} } }),
    packages: {},
  };
  return makeRelease({
    ...own,
    template: {
      ...readTemplate(file),
      ...(ref !== undefined && { fileName: `${ref}:${relative(home, templateFile)}` }),
    },
    parameters: options.parameters,
    waitBeforeMs: own.expect === 'created' ? 0 : 60_000,
    waitAfterMs: own.expect === 'created' ? 0 : 60_000,
    code,
    ...(options.type !== undefined && { type: options.type }),
    seed: options.seed,
  });
}
