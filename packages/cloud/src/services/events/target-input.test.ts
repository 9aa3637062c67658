import { expect, test } from '@jest/globals';
import { inputOf } from './target-input.ts';

const EVENT = { id: '1', detail: { state: 'STOP', count: 2, who: 'a "b"', list: ['x', 'y'] }, resources: ['r'] };
const RULE = 'arn:aws:events:us-east-1:1:rule/notices';
const paths = {
  state: '$.detail.state',
  count: '$.detail.count',
  who: '$.detail.who',
  all: '$.detail',
  none: '$.no.way',
};
const template = (InputTemplate: string) => ({ InputTransformer: { InputPathsMap: paths, InputTemplate } });

test.each<readonly [string, object, string]>([
  ['the whole event', {}, JSON.stringify(EVENT)],
  ['a constant', { Input: '{"a":1}' }, '{"a":1}'],
  ['a part', { InputPath: '$.detail.list[1]' }, '"y"'],
  ['a part that is not there', { InputPath: '$.none' }, 'null'],
  ['a sentence', template('"It is <state>, <count> times."'), '"It is STOP, 2 times."'],
  ['a text in a sentence', template('"by <who>"'), String.raw`"by a \"b\""`],
  [
    'JSON',
    template('{"state": <state>, "count": <count>, "all": <all>}'),
    `{"state": "STOP", "count": 2, "all": ${JSON.stringify(EVENT.detail)}}`,
  ],
  ['a part that is not there in JSON', template('{"none": <none>}'), '{"none": }'],
  ['a variable that nobody has named', template('"<other>"'), '"<other>"'],
  ['what EventBridge names itself', template('"<aws.events.rule-name> <aws.events.rule-arn>"'), `"notices ${RULE}"`],
])('a target is given: %s', (_name, target, input) => {
  expect(inputOf({ Id: 't', Arn: 'a', ...target }, EVENT, RULE)).toBe(input);
});
