import { expect, test } from '@jest/globals';
import { readPattern } from './event-pattern.ts';

const EVENT = {
  source: 'aws.codedeploy',
  'detail-type': 'CodeDeploy Deployment State-change Notification',
  resources: [
    'arn:aws:codedeploy:us-east-1:1:application:shop',
    'arn:aws:codedeploy:us-east-1:1:deploymentgroup:shop/live',
  ],
  detail: {
    state: 'STOP',
    attempts: 3,
    ratio: 0.5,
    address: '10.0.0.42',
    manual: true,
    note: null,
    empty: [],
    path: 'a*b',
    steps: [
      { name: 'one', ok: true },
      { name: 'two', ok: false },
    ],
  },
};

const detail = (field: string, ...entries: readonly unknown[]) => ({ detail: { [field]: entries } });

test.each<readonly [string, object, boolean]>([
  ['a value', detail('state', 'STOP'), true],
  ['one of several values', detail('state', 'START', 'STOP'), true],
  ['no value', detail('state', 'START'), false],
  ['values in their case', detail('state', 'stop'), false],
  ['a number', detail('attempts', 3), true],
  ['a number that is not its text', detail('attempts', '3'), false],
  ['true', detail('manual', true), true],
  ['null', detail('note', null), true],
  ['all fields', { source: ['aws.codedeploy'], detail: { state: ['STOP'], attempts: [3] } }, true],
  ['all fields but one', { source: ['aws.codedeploy'], detail: { state: ['STOP'], attempts: [4] } }, false],
  ['an element of an array', { resources: [EVENT.resources[1]] }, true],
  ['a field that is not there', detail('none', 'x'), false],
  ['fields of one element', { detail: { steps: { name: ['two'], ok: [false] } } }, true],
  ['fields of two elements', { detail: { steps: { name: ['two'], ok: [true] } } }, false],
  ['a prefix', { resources: [{ prefix: 'arn:aws:codedeploy:' }] }, true],
  ['another prefix', detail('state', { prefix: 'TOP' }), false],
  ['a prefix in any case', detail('state', { prefix: { 'equals-ignore-case': 'st' } }), true],
  ['a suffix', detail('state', { suffix: 'OP' }), true],
  ['any case', detail('state', { 'equals-ignore-case': 'Stop' }), true],
  ['a wildcard', { resources: [{ wildcard: 'arn:*:deploymentgroup:*/live' }] }, true],
  ['a wildcard that stands for nothing', detail('state', { wildcard: 'STOP*' }), true],
  ['a wildcard elsewhere', detail('state', { wildcard: '*START' }), false],
  ['a star itself', detail('path', { wildcard: 'a\\*b' }), true],
  ['dots that are dots', detail('address', { wildcard: '10x0*' }), false],
  ['a field that has to be there', detail('state', { exists: true }), true],
  ['a field that must not be', detail('none', { exists: false }), true],
  ['one that is there and must not be', detail('state', { exists: false }), false],
  ['an empty array, which is not there', detail('empty', { exists: false }), true],
  ['null, which is there', detail('note', { exists: true }), true],
  ['a field below one that is not there', { detail: { none: { below: [{ exists: false }] } } }, true],
  ['a bound', detail('attempts', { numeric: ['>', 2] }), true],
  ['a range', detail('attempts', { numeric: ['>', 0, '<=', 3] }), true],
  ['outside a range', detail('attempts', { numeric: ['>', 3, '<', 9] }), false],
  ['a number that is equal', detail('ratio', { numeric: ['=', 0.5] }), true],
  ['a text, which is no number', detail('state', { numeric: ['>', 0] }), false],
  ['an address in a block', detail('address', { cidr: '10.0.0.0/24' }), true],
  ['an address outside', detail('address', { cidr: '10.0.1.0/24' }), false],
  ['anything but another', detail('state', { 'anything-but': 'START' }), true],
  ['anything but it', detail('state', { 'anything-but': ['START', 'STOP'] }), false],
  ['anything but a number', detail('attempts', { 'anything-but': [1, 2] }), true],
  ['anything but a prefix', detail('state', { 'anything-but': { prefix: 'ST' } }), false],
  ['anything but some suffixes', detail('state', { 'anything-but': { suffix: ['A', 'B'] } }), true],
  ['anything but a wildcard', detail('state', { 'anything-but': { wildcard: 'S*P' } }), false],
  ['anything but, of a field that is not there', detail('none', { 'anything-but': 'x' }), false],
  ['one of two fields', { detail: { $or: [{ state: ['START'] }, { attempts: [3] }] } }, true],
  ['none of two fields', { detail: { $or: [{ state: ['START'] }, { attempts: [4] }] } }, false],
  ['a field of that name, by its operators', { detail: { $or: [{ prefix: 'a' }, { exists: false }] } }, true],
  ['a field of that name that is not there', { detail: { $or: [{ prefix: 'a' }, { prefix: 'b' }] } }, false],
])('%s', (_name, pattern, isMatch) => {
  expect(readPattern(JSON.stringify(pattern))(EVENT)).toBe(isMatch);
});

test.each([
  ['{', 'Filter is not a valid JSON'],
  ['[]', 'Filter is not an object'],
  ['{}', 'Empty objects are not allowed'],
  ['{"a":[]}', 'Empty arrays are not allowed'],
  ['{"a":"b"}', '"a" must be an object or an array'],
  ['{"a":[{"exists":"true"}]}', 'exists match pattern must be either true or false.'],
  ['{"a":[{"near":"b"}]}', 'Unrecognized match type near'],
  ['{"a":[{"prefix":"b","suffix":"c"}]}', 'Only one key allowed in match expression'],
  ['{"a":[{"prefix":1}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"numeric":[">","0"]}]}', 'Value of > must be numeric'],
  ['{"a":[{"numeric":["~",0]}]}', 'Unrecognized numeric range operator: ~'],
  ['{"a":[{"numeric":[">",0,"<",1,">",2]}]}', 'Too many terms in numeric range'],
  ['{"a":[{"cidr":"10.0.0.0/33"}]}', "Malformed CIDR, one '/' required"],
  ['{"a":[{"wildcard":"a**b"}]}', 'Consecutive wildcard characters at pos 2'],
  [
    '{"a":[{"anything-but":["b",1]}]}',
    'Inside anything but list, either all values are number or string, mixed type is not supported',
  ],
  ['{"a":[{"anything-but":{"numeric":[">",1]}}]}', 'Unsupported anything-but pattern: numeric'],
])('%s is refused', (text, reason) => {
  expect(() => readPattern(text)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
});
