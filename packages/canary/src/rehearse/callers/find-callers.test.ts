import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, createCloud, packageFiles, type UserError } from '@unicorns/cloud';
import type { WantedCallers } from './callers.ts';
import { describeCallers } from './callers.ts';
import { findCallersAfter, findCallersBefore } from './find-callers.ts';
import { parseRoutes } from './parse-routes.ts';

const CODE = packageFiles(
  new Map([['index.mjs', new TextEncoder().encode('export const handler = async () => ({ statusCode: 200 });')]]),
);

let cloud: Cloud;
beforeAll(async () => {
  cloud = await createCloud({ workers: 1 });
});
afterAll(() => cloud.close());

const RELEASED = 'AutoPublishAlias: live, DeploymentPreference: { Type: Canary10Percent5Minutes }';
const template = (functions: string, others = '') => `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs24.x, Handler: index.handler, CodeUri: app } }
Resources:
${functions}${others}`;
const fn = (name: string, settings: string, ...events: readonly string[]): string => {
  const entries = events.map((event, index) => `E${index}: ${event}`).join(', ');
  return `  ${name}: { Type: AWS::Serverless::Function, Properties: { FunctionName: ${name.toLowerCase()}, ${settings}${settings === '' ? '' : ', '}Events: { ${entries} } } }\n`;
};
const api = (method: string, path: string): string =>
  `{ Type: Api, Properties: { Method: ${method}, Path: '${path}' } }`;
const http = (method: string, path: string): string =>
  `{ Type: HttpApi, Properties: { Method: ${method}, Path: '${path}' } }`;

let stacks = 0;
const deployment = (text: string) => ({
  stackName: `stack-${++stacks}`,
  template: text,
  fileName: 'template.yaml',
  packageCode: () => CODE,
});

const routes = (...texts: readonly string[]): WantedCallers => ({ type: 'routes', routes: parseRoutes(texts) });

const found: readonly [name: string, text: string, wanted: WantedCallers | undefined, callers: string][] = [
  ['the first GET route', template(fn('One', '', api('post', '/a'), api('get', '/b'))), undefined, 'GET /Prod/b'],
  [
    'a route without parameters',
    template(fn('One', '', api('get', '/a/{id}'), api('any', '/c'))),
    undefined,
    'GET /Prod/c',
  ],
  ['a route of an HTTP API', template(fn('One', '', http('get', '/list'))), undefined, 'GET /list'],
  [
    'a released function before one that is not',
    template(fn('One', '', api('get', '/a')) + fn('Two', RELEASED, api('get', '/b'))),
    undefined,
    'GET /Prod/b',
  ],
  [
    'each released function, by the first of its routes',
    template(
      fn('One', RELEASED, api('get', '/error'), api('get', '/')) +
        fn('Two', RELEASED, api('any', '/b')) +
        fn('Three', '', api('get', '/a')),
    ),
    undefined,
    'GET /Prod/ (50 %), GET /Prod/b (50 %)',
  ],
  [
    'what is asked for, in equal shares',
    template(fn('One', '', api('get', '/a'), api('post', '/b/{id}'))),
    routes('GET /a?x=1', 'POST /b/7'),
    'GET /Prod/a?x=1 (50 %), POST /Prod/b/7 (50 %)',
  ],
  [
    'what is asked for, in given shares',
    template(fn('One', '', api('any', '/{all+}'))),
    routes('GET /a,share=70%', 'PUT /b/c'),
    'GET /Prod/a (70 %), PUT /Prod/b/c (30 %)',
  ],
  [
    'the released functions, where there is no API',
    template(fn('One', RELEASED) + fn('Two', RELEASED) + fn('Hook', '')),
    undefined,
    'lambda:Invoke of one:live and two:live with the event {}, since the template has no API',
  ],
  [
    'the released functions, past the API',
    template(fn('One', RELEASED, api('get', '/a'))),
    { type: 'event', event: '{"a":1}', from: 'event.json' },
    'lambda:Invoke of one:live with the event of event.json',
  ],
];

test.each(found)('callers go to %s', async (_name, text, wanted, callers) => {
  const it = deployment(text);
  expect(findCallersBefore(cloud.compile(it), wanted).type).toBe(callers.startsWith('lambda:') ? 'invoke' : 'api');
  const { stack } = await cloud.deploy(it);
  expect(describeCallers(findCallersAfter(stack, wanted))).toBe(callers);
  await cloud.remove(it.stackName);
});

const refused: readonly [name: string, text: string, wanted: WantedCallers | undefined, words: string][] = [
  [
    'nothing that can be called',
    template(fn('One', '')),
    undefined,
    'neither a REST or HTTP API nor an alias that CodeDeploy shifts',
  ],
  [
    'no GET route that is open',
    template(fn('One', '', api('post', '/b'))),
    undefined,
    'Say with --route where callers go. There are: POST /b.',
  ],
  [
    'unknown routes, all of them, with what is there',
    template(fn('One', '', api('get', '/b'), api('post', '/b'))),
    routes('GET /a', 'PUT /b', 'GET /b'),
    'no route for "GET /a", "PUT /b". There are: GET /b, POST /b.',
  ],
  [
    'routes of two APIs',
    template(fn('One', '', api('get', '/a'), http('get', '/b'))),
    routes('GET /a', 'GET /b'),
    'The routes are of 2 APIs',
  ],
  [
    'an event for no released function',
    template(fn('One', '', api('get', '/a'))),
    { type: 'event', event: '{}', from: 'event.json' },
    'nor an alias',
  ],
];

test.each(refused)('%s: refused before anything is deployed', (_name, text, wanted, words) => {
  let error: unknown;
  try {
    findCallersBefore(cloud.compile(deployment(text)), wanted);
  } catch (thrown) {
    error = thrown;
  }
  expect((error as UserError | undefined)?.message).toContain(words);
  expect((error as UserError | undefined)?.message).toMatch(/^template\.yaml/);
});
