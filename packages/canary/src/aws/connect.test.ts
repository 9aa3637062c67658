import { expect, test } from '@jest/globals';
import { Command } from 'commander';
import { withAccountOptions } from './account-options.ts';
import { CloudClock } from './cloud-clock.ts';
import { settingsOf } from './connect.ts';

test.each([
  ['the option comes first', { region: 'a' }, { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }, { region: 'a' }],
  ['then AWS_REGION', {}, { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }, { region: 'b' }],
  ['then the AWS CLI’s own name', {}, { AWS_DEFAULT_REGION: 'c' }, { region: 'c' }],
  ['else the profile decides', { profile: 'p' }, {}, { profile: 'p' }],
  ['an endpoint is passed on', { endpoint: 'http://127.0.0.1:4600' }, {}, { endpoint: 'http://127.0.0.1:4600' }],
])('region and endpoint: %s', (_, options, environment, settings) => {
  expect(settingsOf(options, environment)).toEqual(settings);
});

test('an endpoint that is no URL is refused', () => {
  const command = withAccountOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  expect(() => command.parse(['--endpoint', 'localhost:4600'], { from: 'user' })).toThrow(/begins with http/);
});

test.each([
  ['AWS tells it by its date', [{ date: 'Mon, 05 Jan 2026 09:00:01 GMT' }], Date.UTC(2026, 0, 5, 9, 0, 1)],
  [
    'an embedded cloud tells its own',
    [{ 'x-rehearsal-completes-at': '1500', date: 'Mon, 05 Jan 2026 09:00:01 GMT' }],
    1_500,
  ],
  ['it never goes back', [{ 'x-rehearsal-completes-at': '1500' }, { 'x-rehearsal-completes-at': '1400' }], 1_500],
  ['an answer without a date says nothing', [{}], 0],
])('the time at the cloud: %s', (_, headers, now) => {
  const clock = new CloudClock();
  for (const each of headers) clock.hear(each);
  expect(clock.now).toBe(now);
});
