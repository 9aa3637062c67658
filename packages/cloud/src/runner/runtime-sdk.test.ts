import { afterAll, expect, test } from '@jest/globals';
import { createRunner } from './index.ts';
import { runHandler } from './run-handlers.fixture.ts';

const runner = createRunner({ seed: 7, workers: 1 });
afterAll(() => runner.close());

/** Runs a handler that tells what it has loaded, under a runtime. */
async function checkLoaded(files: Readonly<Record<string, string>>, runtime: string, expected: string): Promise<void> {
  const [settled] = await runHandler(runner, { files, image: { runtime } });
  const answer: unknown = JSON.parse(settled?.payload ?? 'null');
  expect(settled?.errorType ?? answer).toBe(expected);
}

const requiring = (module: string, member: string) => ({
  'index.js': `const m = require('${module}'); exports.handler = async () => typeof m.${member};`,
});
const importing = (module: string, member: string) => ({
  'index.mjs': `import { ${member} } from '${module}'; export const handler = async () => typeof ${member};`,
});

test.each([
  ['a client is required', requiring('@aws-sdk/client-codedeploy', 'CodeDeployClient'), 'nodejs24.x', 'function'],
  ['a client is imported', importing('@aws-sdk/client-lambda', 'LambdaClient'), 'nodejs18.x', 'function'],
  [
    'a client is imported in the handler',
    {
      'index.mjs':
        'export const handler = async () => typeof (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogsClient;',
    },
    'nodejs22.x',
    'function',
  ],
  [
    'version 3 is in no image before nodejs18.x',
    requiring('@aws-sdk/client-codedeploy', 'CodeDeployClient'),
    'nodejs16.x',
    'Runtime.ImportModuleError',
  ],
  ['version 2 is in none of them', requiring('aws-sdk', 'Lambda'), 'nodejs24.x', 'Runtime.ImportModuleError'],
  ['nothing else is in them', requiring('yaml', 'parse'), 'nodejs24.x', 'Runtime.ImportModuleError'],
  [
    'the package’s own copy comes first',
    {
      ...requiring('@aws-sdk/client-codedeploy', 'own'),
      'node_modules/@aws-sdk/client-codedeploy/index.js': 'exports.own = 1;',
    },
    'nodejs24.x',
    'number',
  ],
])('%s', async (_name, files, runtime, expected) => {
  await checkLoaded(files, runtime, expected);
});

test('a client of the image can be made and used', async () => {
  const files = {
    'index.js': `const { LambdaClient } = require('@aws-sdk/client-lambda');
exports.handler = async () => { const client = new LambdaClient({}); return client.config.region(); };`,
  };
  const [settled] = await runHandler(runner, { files });
  expect(JSON.parse(settled?.payload ?? 'null')).toBe('eu-west-1');
});
