/** Asks a served route as Lambda does, and keeps what it wrote. For tests. */
import { Buffer } from 'node:buffer';
import type { Catalogue } from '../catalogue.ts';
import type { ListEvent } from '../page-request.ts';

process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'uni-api-list';
process.env['AWS_LAMBDA_FUNCTION_VERSION'] = '7';
process.env['POWERTOOLS_METRICS_NAMESPACE'] = 'uni-api';
const { serveUnicorns } = await import('../list-unicorns.ts');

export interface Asked {
  /** Undefined when the invocation itself failed. */
  readonly answer: { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: string };
  /** Parsed lines of stdout with `"log":"response"`, and those with `_aws`. */
  readonly responses: readonly Record<string, unknown>[];
  readonly metrics: readonly Record<string, unknown>[];
  /** Everything written, to both streams. */
  readonly written: string;
}

const context = {
  awsRequestId: '7e1c-request',
  functionName: 'uni-api-list',
  functionVersion: '7',
  memoryLimitInMB: '128',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:uni-api-list:live',
  logGroupName: '/uni-api/list',
  logStreamName: 'stream',
  callbackWaitsForEmptyEventLoop: false,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

export function asker(catalogue: Catalogue, remainingMs = 10_000) {
  const handler = serveUnicorns(catalogue);
  return async (event: ListEvent | object): Promise<Asked> => {
    const written = { stdout: '', stderr: '' };
    const restore = [keep('stdout', written), keep('stderr', written)];
    try {
      const answer = await handler(event, { ...context, getRemainingTimeInMillis: () => remainingMs });
      const records = written.stdout.split('\n').filter(Boolean).map(parsed);
      return {
        answer,
        responses: records.filter(({ log }) => log === 'response'),
        metrics: records.filter(({ _aws }) => _aws !== undefined),
        written: written.stdout + written.stderr,
      };
    } finally {
      for (const undo of restore) undo();
    }
  };
}

export const get = (query: Record<string, string> | null = null, headers: Record<string, string> = {}) => ({
  httpMethod: 'GET',
  headers,
  queryStringParameters: query,
});

function keep(stream: 'stdout' | 'stderr', written: { stdout: string; stderr: string }): () => void {
  const original: typeof process.stdout.write = Reflect.get(process[stream], 'write');
  process[stream].write = (chunk: string | Uint8Array) => {
    written[stream] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  return () => {
    process[stream].write = original;
  };
}

function parsed(line: string): Record<string, unknown> {
  const record: Record<string, unknown> = JSON.parse(line);
  return record;
}
