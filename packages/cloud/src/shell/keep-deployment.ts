/** What a cloud is made from, and deployments with their packages, as they are kept in a state folder. */
import type { Assumptions } from '../assumptions.ts';
import type { Deployment } from '../cloud.ts';
import { ACCOUNT_CONCURRENCY } from '../services/lambda/index.ts';
import { UserError } from '../user-error.ts';
import type { Artifact } from '../world-state.ts';
import { FORMAT, type StateFolder, type StateHeader } from './state-folder.ts';

interface KeptDeployment extends Omit<Deployment, 'packageCode' | 'interventions'> {
  /** Their bytes stand one after another beside the record. */
  readonly packages: readonly {
    readonly path: string;
    readonly key: string;
    readonly sha256: string;
    readonly files: readonly (readonly [name: string, length: number])[];
  }[];
}

/** Compiles a deployment; with it go all packages that its template asked for. */
export function keepDeployment<T>(
  deployment: Deployment,
  compile: (deployment: Deployment) => T,
): { readonly given: unknown; readonly bytes: Uint8Array; readonly result: T } {
  const { packageCode, interventions: _, ...rest } = deployment;
  const asked = new Map<string, Artifact>();
  const result = compile({
    ...deployment,
    packageCode(path) {
      const artifact = asked.get(path) ?? packageCode(path);
      asked.set(path, artifact);
      return artifact;
    },
  });
  const packages = [...asked].map(([path, { key, sha256, files }]) => ({
    path,
    key,
    sha256,
    files: [...files].map(([name, bytes]) => [name, bytes.length] as const),
  }));
  const bytes = Buffer.concat([...asked.values()].flatMap(({ files }) => [...files.values()]));
  return { given: { ...rest, packages } satisfies KeptDeployment, bytes, result };
}

export function keptDeployment(given: unknown, bytes: Uint8Array): Deployment {
  const { packages, ...rest } = given as KeptDeployment;
  const byPath = new Map<string, Artifact>();
  let at = 0;
  for (const { path, key, sha256, files } of packages) {
    const own = files.map(([name, length]) => [name, bytes.slice(at, (at += length))] as const);
    byPath.set(path, { key, sha256, files: new Map(own) });
  }
  return {
    ...rest,
    packageCode(path) {
      const artifact = byPath.get(path);
      if (artifact === undefined) throw new Error(`the package ${path} was not kept`);
      return artifact;
    },
  };
}

interface Wanted extends Pick<StateHeader, 'seed' | 'start' | 'region' | 'accountId'> {
  readonly accountConcurrency: number;
  readonly assumptions: Assumptions;
}

/**
 * Keeps what the cloud is made from, or says when a cloud that is kept began. Closes the folder and throws UserError for
 * another cloud.
 */
export async function settleHeader(folder: StateFolder, { assumptions, ...wanted }: Wanted): Promise<number> {
  const text = JSON.stringify(assumptions, (_key, value: unknown) =>
    typeof value === 'function' ? String(value) : value,
  );
  const header: StateHeader = { format: FORMAT, ...wanted, assumptions: text };
  const known = folder.header;
  if (known === undefined) {
    folder.append(header);
    return wanted.start;
  }
  const refusal = differences(folder.directory, known, header);
  if (refusal === undefined) return known.start;
  await folder.close();
  throw refusal;
}

function differences(directory: string, known: StateHeader, header: StateHeader): UserError | undefined {
  const began = { accountConcurrency: ACCOUNT_CONCURRENCY, ...known };
  const names = ['seed', 'region', 'accountId', 'accountConcurrency'] as const;
  const different = names.filter((name) => began[name] !== header[name]);
  if (different.length > 0)
    return new UserError(
      different.map((name) => ({
        message: `The cloud in ${directory} has the ${name} ${began[name]}, not ${header[name]}. Give that one, or use a new folder.`,
      })),
    );
  if (known.assumptions === header.assumptions) return undefined;
  return new UserError(`The cloud in ${directory} was begun under other assumptions. Use a new folder.`);
}
