/** A shop in an embedded cloud, whose releases a test deploys one after another under traffic. */
import {
  type Assumptions,
  arrivals,
  type Artifact,
  type Cloud,
  createCloud,
  HOUR,
  MINUTE,
  packageFiles,
} from '@unicorns/cloud';
import { UserError } from '@unicorns/cloud/inspect';
import { type Changes, type Json, templateOf } from '../judged.fixture.ts';

export const EVENTS: Json = { Get: { Type: 'Api', Properties: { Path: '/', Method: 'get' } } };

/** The template of a shop: the code is beside it, and an API before it. */
export const shopTemplate = (changes: Changes): string =>
  templateOf({ ...changes, list: { CodeUri: 'code', Events: EVENTS, ...changes.list } });

/** The body of a handler, as the one file of a package. */
const code = (body: string): Artifact =>
  packageFiles(
    new Map([['index.mjs', new TextEncoder().encode(`export const handler = async (event) => { ${body} };`)]]),
  );

export const GOOD = "return { statusCode: 200, body: 'ok' };";
export const WELL = "return { statusCode: 200, body: 'better' };";
export const THROWS = "throw new Error('broken');";
export const ANSWERS = "return { statusCode: 500, body: 'broken' };";

export interface ShopOptions {
  /** Of the hook functions: the body of their handler. */
  readonly hook?: string;
  readonly first?: string;
  readonly assumptions?: Assumptions;
}

export interface Told {
  readonly changes?: Changes;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** How a deployment ended; `refused`: before anything was deployed. */
export type Ending = 'created' | 'updated' | 'rolledBack' | 'failed' | 'noChanges' | 'refused';

export class Shop implements AsyncDisposable {
  readonly cloud: Cloud;
  /** Virtual minutes that the last deployment took. */
  minutes = 0;
  /** Of the hook functions: the body of their handler. */
  hook: string;
  readonly #changes: Changes;

  private constructor(cloud: Cloud, changes: Changes, hook: string) {
    this.cloud = cloud;
    this.#changes = changes;
    this.hook = hook;
  }

  static async open(changes: Changes, { hook = '', assumptions }: ShopOptions = {}): Promise<Shop> {
    const cloud = await createCloud({ workers: 1, ...(assumptions && { assumptions }) });
    return new Shop(cloud, changes, hook);
  }

  /** Deploys a release whose handler has this body. */
  async deploy(
    body: string,
    { changes = this.#changes, parameters = {} }: Told = {},
    stackName = 'shop',
  ): Promise<Ending> {
    const { cloud } = this;
    const startedAt = cloud.now;
    try {
      const { type } = await cloud.deploy({
        stackName,
        template: shopTemplate(changes),
        fileName: 'template.yaml',
        parameters,
        packageCode: (path) => code(path.endsWith('hook') ? this.hook : body),
      });
      this.minutes = Math.floor((cloud.now - startedAt) / MINUTE);
      return type;
    } catch (error) {
      if (error instanceof UserError) return 'refused';
      throw error;
    }
  }

  /** A request a second from now on: to the API, or to the alias where there is none. */
  receiveTraffic(): void {
    const { cloud } = this;
    const [apiId] = cloud.world.apigateway.apis.keys();
    const [functionName = ''] = cloud.world.lambda.functions.keys();
    const arrivesAt = arrivals([{ minute: 0, requestsPerMinute: 60 }], cloud.now, undefined);
    cloud.send(
      apiId === undefined
        ? { target: () => ({ functionName, qualifier: 'live' }), event: '{}', arrivesAt }
        : { apiId, stage: 'Prod', request: () => ({ method: 'GET', path: '/', headers: {}, query: {} }), arrivesAt },
    );
  }

  receiveNothing(): void {
    this.cloud.send(undefined);
  }

  /** How often the function runs from now on, each time that it is asked. */
  countRuns(functionName: string): () => number {
    let runs = 0;
    this.cloud.journal.subscribe(({ effect }) => {
      if (effect.type === 'lambda.InvocationStarted' && effect.functionName === functionName) runs++;
    });
    return () => runs;
  }

  /** Deployments of CodeDeploy so far. */
  get deployments(): number {
    return this.cloud.world.codedeploy.deployments.size;
  }

  /** Where the alias `live` points: `1`, or `1 and 2`. */
  get live(): string {
    const aliases = [...this.cloud.world.lambda.functions.values()].map((it) => it.aliases.get('live'));
    const { functionVersion, additional } = aliases.find((it) => it !== undefined) ?? { functionVersion: 'nowhere' };
    return additional === undefined ? functionVersion : `${functionVersion} and ${additional.version}`;
  }

  async wait(hours: number): Promise<void> {
    await this.cloud.advance(hours * HOUR);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cloud.close();
  }
}

/** Deploys good code, then the candidate under traffic; says how the second deployment ended. */
export async function release(changes: Changes, candidate: string, options: ShopOptions = {}): Promise<Ending> {
  await using shop = await Shop.open(changes, options);
  await shop.deploy(options.first ?? GOOD);
  shop.receiveTraffic();
  return await shop.deploy(candidate);
}
