import { expect, test } from '@jest/globals';
import { junitXml } from './junit-xml.ts';
import { suitesOfJest, suitesOfRehearsals } from './suites.ts';

test('jest files become suites: passed, failed, skipped, and a file that does not run', () => {
  const suites = suitesOfJest(
    {
      testResults: [
        {
          name: '/repo/a.test.ts',
          message: '',
          assertionResults: [
            { fullName: 'is well', status: 'passed', duration: 1_500, failureMessages: [] },
            {
              fullName: 'is <not>',
              status: 'failed',
              duration: 2,
              failureMessages: ['\u001B[31mgot "1"\u001B[39m\nat a:1'],
            },
            { fullName: 'is left out', status: 'pending', duration: null, failureMessages: null },
          ],
        },
        { name: '/repo/b.test.ts', message: 'SyntaxError: no', assertionResults: [] },
      ],
    },
    '/repo',
  );
  expect(junitXml(suites)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="a.test.ts" tests="3" failures="1" skipped="1" time="1.502">
    <testcase classname="a.test.ts" name="is well" time="1.500"/>
    <testcase classname="a.test.ts" name="is &lt;not&gt;" time="0.002"><failure message="got &quot;1&quot;">got &quot;1&quot;
at a:1</failure></testcase>
    <testcase classname="a.test.ts" name="is left out" time="0.000"><skipped/></testcase>
  </testsuite>
  <testsuite name="b.test.ts" tests="1" failures="1" skipped="0" time="0.000">
    <testcase classname="b.test.ts" name="the file runs" time="0.000"><failure message="SyntaxError: no">SyntaxError: no</failure></testcase>
  </testsuite>
</testsuites>
`);
});

test('a release that ended otherwise fails its case, with the difference', () => {
  const releases = [
    { release: 'healthy', outcome: 'promoted', isAsExpected: true },
    { release: 'always 503', outcome: 'promoted', isAsExpected: false, difference: 'expected rolled-back' },
  ];
  expect(suitesOfRehearsals({ rehearsals: [{ title: 'A title', releases }] })).toEqual([
    {
      name: 'A title',
      cases: [
        { name: 'healthy: promoted', seconds: 0 },
        { name: 'always 503: promoted', seconds: 0, failure: 'expected rolled-back' },
      ],
    },
  ]);
});
