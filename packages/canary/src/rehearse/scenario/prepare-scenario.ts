import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { UserError } from '@unicorns/cloud';
import { parseRoutes } from '../callers/parse-routes.ts';
import { readTemplateFile } from '../../template-file.ts';
import { parseFault } from '../faults/parse-fault.ts';
import type { Rehearsal, Release, Template, TrafficPlan } from '../rehearsal.ts';
import { absoluteFrom, makeRelease } from '../releases/make-release.ts';
import { parseRate, parseTraffic } from '../traffic/parse-traffic.ts';
import { declaredIn } from './override-parameters.ts';
import { type ReadScenario, readScenario } from './read-scenario.ts';
import type { ReleaseDocument } from './scenario-schema.ts';

/** The repository that scenarios belong to, absolute. */
export interface Repository {
  readonly root: string;
  readonly templateFile: string;
  readonly cacheDir: string;
  /** Called before something is built. */
  readonly onBuild?: () => void;
}

/** What the command line says to scenarios. */
export interface ScenarioOverrides {
  readonly seed?: number;
  readonly traffic?: TrafficPlan;
  readonly type?: string;
  /** Each release takes those that its template declares. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The files of all scenarios in the order of their folders' names, or the one that is asked for: that may be of the runbook too. */
export function findScenarios(scenariosDir: string, name?: string): readonly string[] {
  const files = scenariosIn(scenariosDir);
  if (name === undefined) return files;
  const all = [...files, ...findRunbook(scenariosDir)];
  const found = all.find((file) => basename(dirname(file)) === name);
  if (found === undefined) {
    const known = all.map((file) => basename(dirname(file))).join(', ');
    throw new UserError(`There is no scenario "${name}" in scenarios/. There are: ${known}.`);
  }
  return [found];
}

/** The stories of docs/runbook.md. They are told when asked for by name, and held by golden journals like the others. */
export const findRunbook = (scenariosDir: string): readonly string[] => scenariosIn(join(scenariosDir, 'runbook'));

function scenariosIn(folder: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  return names.map((each) => join(folder, each, 'scenario.yaml')).filter((file) => existsSync(file));
}

/** Reads a scenario and builds its releases. Throws UserError. */
export async function prepareScenario(
  file: string,
  repository: Repository,
  overrides: ScenarioOverrides,
): Promise<Rehearsal> {
  const scenario = readScenario(file, repository);
  const { document, folder } = scenario;
  const releases = await Promise.all(
    document.releases.map((release) => prepareRelease(scenario, release, repository, overrides)),
  );
  return {
    name: basename(folder),
    title: document.title,
    stackName: document.stackName,
    seed: overrides.seed ?? document.seed,
    ...(document.accountConcurrency !== undefined && { accountConcurrency: document.accountConcurrency }),
    traffic: overrides.traffic ?? trafficOf(document.traffic, folder, document.poisson),
    ...(document.routes.length > 0 && { callers: { type: 'routes', routes: parseRoutes(document.routes) } }),
    slaMs: document.slaMilliseconds,
    releases,
  };
}

async function prepareRelease(
  { folder, document }: ReadScenario,
  release: ReleaseDocument,
  { root, templateFile, cacheDir, onBuild }: Repository,
  overrides: ScenarioOverrides,
): Promise<Release> {
  const named = release.template ?? document.template;
  const file = named === undefined ? templateFile : absoluteFrom(folder, named);
  const type = overrides.type ?? release.type ?? document.type;
  const replacements = Object.entries(release.replace).map(([target, source]) => [
    target,
    readFileSync(absoluteFrom(folder, source), 'utf8'),
  ]);
  const template = readTemplate(file);
  const packages = Object.entries(release.packages).map(([path, source]) => [path, absoluteFrom(folder, source)]);
  return makeRelease({
    name: release.name,
    ...(release.note !== undefined && { note: release.note }),
    expect: release.expect,
    ...(release.caughtBy !== undefined && { caughtBy: release.caughtBy }),
    template,
    parameters: { ...document.parameters, ...release.parameters, ...declaredIn(template, overrides.parameters) },
    waitBeforeMs: release.waitBefore * 60_000,
    waitAfterMs: release.waitAfter * 60_000,
    byHand: release.byHand
      .map(({ after, call, input, refused }) => ({
        afterMs: after * 60_000,
        call,
        input,
        ...(refused !== undefined && { refused }),
      }))
      .toSorted((a, b) => a.afterMs - b.afterMs),
    ...(release.traffic !== undefined && { traffic: trafficOf(release.traffic, folder, document.poisson) }),
    code: {
      templateDir: dirname(file),
      ...(file === templateFile && {
        own: { root, cacheDir, replacements: Object.fromEntries(replacements), ...(onBuild && { onBuild }) },
      }),
      packages: Object.fromEntries(packages),
    },
    faults: release.faults.map(parseFault),
    ...(type !== undefined && { type }),
    seed: overrides.seed ?? document.seed,
  }).catch((error: unknown) => {
    throw error instanceof UserError ? ofSources(error, release.replace, folder) : error;
  });
}

/** A file that stands in for one of the repository is the one to look into. */
function ofSources(error: UserError, replace: ReleaseDocument['replace'], folder: string): UserError {
  const problems = error.problems.map(({ file, ...problem }) => {
    const source = file === undefined ? undefined : replace[file];
    const shown = source === undefined ? file : shownPath(absoluteFrom(folder, source));
    return { ...problem, ...(shown !== undefined && { file: shown }) };
  });
  return new UserError(problems, { cause: error });
}

/** From the working folder, unless that leads far up. */
export function shownPath(file: string): string {
  const near = relative(process.cwd(), file);
  return near === '' || near.startsWith(join('..', '..')) ? file : near;
}

/** Reads a template for deployment; `fileName` is as short as messages want it. */
export function readTemplate(file: string): Template {
  return { fileName: shownPath(file), text: readTemplateFile(file) };
}

const trafficOf = (text: string, folder: string, isPoisson: boolean): TrafficPlan =>
  parseTraffic(parseRate(text) === undefined ? shownPath(absoluteFrom(folder, text)) : text, isPoisson);
