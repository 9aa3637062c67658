/** Runs small handlers for the tests of this folder. */
import { Instant } from '../instant.ts';
import type { Image, Invocation, Runner, Settled } from './index.ts';

export const START = Instant(Date.UTC(2026, 10, 22, 12));

export interface Given {
  /** The text of index.mjs, or all files of the package. */
  readonly files: string | Readonly<Record<string, string>>;
  readonly image?: Partial<Image>;
  /** Payloads, one invocation each, one second apart. */
  readonly payloads?: readonly unknown[];
}

let images = 0;

export function imageOf({ files, image }: Pick<Given, 'files' | 'image'>): Image {
  const all = typeof files === 'string' ? { 'index.mjs': files } : files;
  const functionName = 'unicorns';
  const encoder = new TextEncoder();
  return {
    key: `image-${images++}`,
    functionName,
    version: '7',
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    files: new Map(Object.entries(all).map(([path, text]) => [path, encoder.encode(text)])),
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: '7',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/unicorns',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    },
    timeoutMs: 3_000,
    memoryMb: 128,
    logFormat: 'Text',
    applicationLogLevel: 'INFO',
    logGroup: '/aws/lambda/unicorns',
    ...image,
  };
}

let requests = 0;

export function invocationOf(image: Image, payload: unknown, afterMs: number): Invocation {
  const seq = requests++;
  return {
    requestId: `request-${seq}`,
    seq,
    imageKey: image.key,
    at: Instant(START + afterMs),
    payload: JSON.stringify(payload),
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:unicorns:live',
    isAhead: false,
  };
}

/** Every Settled of a run, in the order of the invocations. */
export async function settle(runner: Runner, invocations: readonly Invocation[]): Promise<Settled[]> {
  const settled: Settled[] = [];
  for await (const chunk of runner.run(invocations)) settled.push(...chunk.settled);
  return settled.toSorted((a, b) => a.seq - b.seq);
}

export async function runHandler(runner: Runner, given: Given): Promise<Settled[]> {
  const image = imageOf(given);
  runner.load(image);
  const payloads = given.payloads ?? [{}];
  return settle(
    runner,
    payloads.map((payload, index) => invocationOf(image, payload, index * 1_000)),
  );
}

/** What the last invocation answered, parsed; an error's document where it failed. */
export async function answerOf(runner: Runner, given: Given): Promise<unknown> {
  const last = (await runHandler(runner, given)).at(-1);
  return JSON.parse(last?.payload ?? 'null') as unknown;
}

/** An ES module with one asynchronous handler of this body, after `head`. */
export const handlerOf = (body: string, head = ''): string =>
  `${head};export const handler = async (event, context) => { ${body} };`;
