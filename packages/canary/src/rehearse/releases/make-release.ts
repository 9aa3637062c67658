import { isAbsolute, join, posix } from 'node:path';
import { type Artifact, inspectTemplate, packageCode, packageFiles, type Problem, UserError } from '@unicorns/cloud';
import { isMap, parseDocument } from 'yaml';
import { FAULTY_CATALOGUE, CATALOGUE_SEAM, isCatalogueFault } from '../faults/catalogue-source.ts';
import type { Fault } from '../faults/fault.ts';
import { wrapPackage } from '../faults/wrap-package.ts';
import type { Release, Template } from '../rehearsal.ts';
import { buildOwn, type OwnSources } from './build-own.ts';
import { type CanaryFunction, findCanaryFunctions } from './canary-functions.ts';
import { overrideType } from './override-type.ts';

/** Where the code of a release comes from. */
export interface CodeSource {
  /** Absolute folder that local paths of the template start from. */
  readonly templateDir: string;
  /** The repository whose own functions are built; undefined for packages that are taken as they are. */
  readonly own?: OwnSources;
  /** Absolute folders that stand in for local paths of the template, as written there. */
  readonly packages: Readonly<Record<string, string>>;
}

export interface ReleaseRequest extends Omit<Release, 'packageCode' | 'warnings'> {
  readonly code: CodeSource;
  readonly faults: readonly Fault[];
  /** A traffic shifting configuration in place of the template's. */
  readonly type?: string;
  readonly seed: number;
  /** Equal code counts as a release of its own: a file that nothing reads is added to its package. */
  readonly isStamped?: boolean;
}

/** A folder that `pnpm build` makes; a rehearsal builds its own. */
const OWN_PACKAGE = /(?:^|\/)dist\/([\w-]+)\/?$/;

/** Builds what has to be built and puts the faults in. Throws UserError. */
export async function makeRelease({
  code,
  faults,
  type,
  seed,
  isStamped = false,
  ...plan
}: ReleaseRequest): Promise<Release> {
  const { template, parameters } = type === undefined ? plan : overrideType(plan, type);
  const targets = faults.length > 0 || isStamped ? releasedFunctions(template, parameters) : [];
  const own = code.own !== undefined && /\bdist\/[\w-]+/.test(template.text) ? code.own : undefined;
  const hasSeam = ({ codePath }: CanaryFunction): boolean =>
    own !== undefined && !(CATALOGUE_SEAM in own.replacements) && OWN_PACKAGE.exec(codePath ?? '')?.[1] === 'list';
  const needsSeam = faults.some(({ kind }) => isCatalogueFault(kind));
  const seam = needsSeam && targets.some(hasSeam) ? { [CATALOGUE_SEAM]: FAULTY_CATALOGUE } : {};
  const builtDir = own && (await buildOwn({ ...own, replacements: { ...own.replacements, ...seam } }));
  const warnings = targets.every(hasSeam) ? [] : faults.filter(({ kind }) => isCatalogueFault(kind)).map(warningOf);
  return {
    ...plan,
    template,
    parameters,
    faults,
    warnings,
    packageCode(path, startsAt) {
      const artifact = packageAt(code, builtDir, path);
      const released = targets.filter(({ codePath }) => codePath === path);
      if (released.length === 0) return artifact;
      if (faults.length === 0)
        return packageFiles(new Map([...artifact.files, ['RELEASE', new TextEncoder().encode('again')]]));
      return onePerHandler(released).reduce((wrapped, target) => {
        const handler = target.handler ?? '';
        return wrapPackage(wrapped, { handler, faults, seed, startsAt, hasCatalogueSeam: hasSeam(target) });
      }, artifact);
    },
  };
}

/** Functions may share a package, and even a handler. */
const onePerHandler = (functions: readonly CanaryFunction[]): readonly CanaryFunction[] => [
  ...new Map(functions.map((it) => [it.handler, it])).values(),
];

function packageAt({ templateDir, packages }: CodeSource, builtDir: string | undefined, path: string): Artifact {
  const replaced = packages[path];
  if (replaced !== undefined) return packageCode(templateDir, replaced);
  const [, name] = OWN_PACKAGE.exec(posix.normalize(path)) ?? [];
  if (builtDir !== undefined && name !== undefined) return packageCode(builtDir, name);
  return packageCode(templateDir, path);
}

/** The functions that are released by canary. A change of anything else would prove nothing. */
function releasedFunctions(template: Template, parameters: Release['parameters']): readonly CanaryFunction[] {
  const { fileName } = template;
  const functions = findCanaryFunctions(template);
  if (functions.length === 0) throw new UserError(nothingReleased(template, parameters));
  const problems = functions.flatMap(({ logicalId, codePath, handler, line }) => {
    const missing = codePath === undefined ? 'CodeUri' : handler === undefined ? 'Handler' : undefined;
    if (missing === undefined) return [];
    return [
      {
        message: `No release can be made of "${logicalId}": its ${missing} is not written as plain text.`,
        file: fileName,
        line,
      },
    ];
  });
  if (problems.length > 0) throw new UserError(problems);
  return functions;
}

/** What is wrong with a template may be why nothing in it is released. */
function nothingReleased({ text, fileName }: Template, parameters: Release['parameters']): readonly Problem[] {
  const { problems } = inspectTemplate({ text, fileName, parameters, ...ANYWHERE });
  const message =
    'No AWS::Serverless::Function has AutoPublishAlias and DeploymentPreference, so nothing is released by canary.';
  const hasResources = isMap(parseDocument(text, { logLevel: 'silent' }).get('Resources'));
  return problems.length > 0 && !hasResources ? problems : [...problems, { message, file: fileName }];
}

const ANYWHERE = {
  stackName: 'rehearsal',
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  leavesOpen: true,
  resolveCode: () => ({ S3Bucket: 'bucket', S3Key: 'key' }),
} as const;

const warningOf = ({ kind }: Fault): string =>
  `The fault "${kind}" changes the answer of a bundle whose sources are not here; ` +
  'the log line and the metrics that the bundle itself writes still tell of its own answer.';

/** For places named in a file: relative ones start from that file's folder. */
export const absoluteFrom = (folder: string, path: string): string => (isAbsolute(path) ? path : join(folder, path));
