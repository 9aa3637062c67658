/** Every row of the case table (reference, section 1.9), and what is refused or undocumented. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AwsError } from '../../../aws-error.ts';
import { compilePattern, filterLine } from './compile-pattern.ts';
import type { UndocumentedRule } from './undocumented.ts';

const RULES = { jsonFilterMatchesTextPrefix: true };
const match = (pattern: string, line: string, rules = RULES) => filterLine(compilePattern(pattern, rules), line);

const L400 = '[ERROR 400] BAD REQUEST';
const L401 = '[ERROR 401] UNAUTHORIZED REQUEST';
const L419 = '[ERROR 419] MISSING ARGUMENTS';
const L420 = '[ERROR 420] INVALID ARGUMENTS';
const JA =
  '{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","another value"],"objectList":[{"name":"a","id":1},{"name":"b","id":2}],"SomeObject":null,"cluster.name":"c"}';
const JA_PLUS = JA.replace(/\}$/, ',"ThisFlag":true}');
const JB =
  '{"user":{"id":1,"email":"John.Stiles@example.com"},"users":[{"id":2,"email":"John.Doe@example.com"},{"id":3,"email":"Jane.Doe@example.com"}],"actions":["GET","PUT","DELETE"],"coordinates":[[0,1,2],[4,5,6],[7,8,9]]}';
const AP = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
const S1 = 'INFO 09/25/2014 12:00:00 GET /service/resource/67 1200';
const S2 = 'INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310';
const S3 = 'WARNING 09/25/2014 12:00:02 Invalid user request';
const S4 = 'ERROR 09/25/2014 12:00:02 Failed to process request';

const yes = true;
const no = false;

/** Row of the reference, pattern, line, does it match? Row 131 is contradictory there: the last field absorbs. */
const ROWS: readonly (readonly [row: number, pattern: string, line: string, matches: boolean])[] = [
  [1, 'ERROR', L400, yes],
  [2, 'ERROR', L401, yes],
  [3, 'ERROR', L419, yes],
  [4, 'ERROR', L420, yes],
  [5, 'ERROR ARGUMENTS', L419, yes],
  [6, 'ERROR ARGUMENTS', L420, yes],
  [7, 'ERROR ARGUMENTS', L400, no],
  [8, 'ERROR ARGUMENTS', L401, no],
  [9, '?ERROR ?ARGUMENTS', L400, yes],
  [10, '?ERROR ?ARGUMENTS', L401, yes],
  [11, '?ERROR ?ARGUMENTS', L419, yes],
  [12, '?ERROR ?ARGUMENTS', L420, yes],
  [13, 'ERROR -ARGUMENTS', L400, yes],
  [14, 'ERROR -ARGUMENTS', L401, yes],
  [15, 'ERROR -ARGUMENTS', L419, no],
  [16, 'ERROR -ARGUMENTS', L420, no],
  [17, '"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', yes],
  [18, '?ERROR ?ARGUMENTS REQUEST', '[INFO] REQUEST FAILED', yes],
  [19, '?ERROR ?ARGUMENTS REQUEST', '[WARN] UNAUTHORIZED REQUEST', yes],
  [20, '?ERROR ?ARGUMENTS REQUEST', '[ERROR] 400 BAD REQUEST', yes],
  [21, '?ERROR ?ARGUMENTS REQUEST', L419, no],
  [22, '" "', 'anything at all', yes],
  [23, '', 'anything at all', yes],
  [24, 'ERROR', 'Exiting with ERRORCODE: -1', yes],
  [25, 'ERROR', '[ERROR] A fatal exception has occurred', yes],
  [26, 'error', L400, no],
  [27, '"ERROR" -"Exiting"', 'Exiting with ERRORCODE: -1', no],
  [28, '"ERROR" -"Exiting"', '[ERROR] A fatal exception has occurred', yes],
  [29, '"ERROR" "Exception"', '[ERROR] Caught IllegalArgumentException', yes],
  [30, '"ERROR" "Exception"', '[ERROR] Unhandled Exception', yes],
  [31, '"ERROR" "Exception"', '[ERROR] A fatal exception has occurred', no],
  [32, '"Failed to process the request"', '[WARN] Failed to process the request', yes],
  [33, '"Failed to process the request"', '[ERROR] Unable to continue: Failed to process the request', yes],
  [34, 'ERROR', 'ERROR WARN message', yes],
  [35, 'ERROR', 'WARN message', no],
  [36, '?ERROR ?WARN', 'ERROR WARN message', yes],
  [37, '?ERROR ?WARN', 'ERROR message', yes],
  [38, '?ERROR ?WARN', 'WARN message', yes],
  [39, 'ERROR WARN', 'ERROR WARN message', yes],
  [40, 'ERROR WARN', 'ERROR message', no],
  [41, 'ERROR -WARN', 'ERROR message', yes],
  [42, 'ERROR -WARN', 'ERROR WARN message', no],
  [43, '"[ERROR]"', '… [ERROR] Unhanded exception: InvalidQueryException', yes],
  [44, '"[ERROR]"', '… [ERROR] Terminating the application', yes],
  [45, '"[ERROR]"', '… [INFO] …', no],
  [46, '"[ERROR]" Exception', '… [ERROR] Unhanded exception: InvalidQueryException', yes],
  [47, '"[ERROR]" Exception', '… [ERROR] Terminating the application', no],
  [48, '%AUTHORIZED%', L401, yes],
  [49, '%AUTHORIZED%', '[SUCCESS 200] AUTHORIZED REQUEST', yes],
  [50, '%^[hc]at%', 'hat stand', yes],
  [51, '%^[hc]at%', 'a hat', no],
  [52, '%[hc]at$%', 'a cat', yes],
  [53, '%[hc]at$%', 'cat flap', no],
  [54, '%colou?r%', 'color', yes],
  [54, '%colou?r%', 'colour', yes],
  [55, '%gra|ey%', 'gray', yes],
  [55, '%gra|ey%', 'grey', yes],
  [56, '%a{3,5}%', 'aaa', yes],
  [56, '%a{3,5}%', 'aaaaa', yes],
  [56, '%a{3,5}%', 'aa', no],
  [57, '%^starting|^initializing|^shutting down%', 'initializing the pool', yes],
  [58, '%^starting|^initializing|^shutting down%', 'shutting down', yes],
  [59, '%^starting|^initializing|^shutting down%', 'skipping initializing the pool', no],
  [60, '%abcc|ab[^c]$%', 'abcc x', yes],
  [61, '%abcc|ab[^c]$%', 'aba', yes],
  [62, '%abcc|ab[^c]$%', 'aac x', no],
  [63, '%\\[.\\]%', '[a]', yes],
  [63, '%\\[.\\]%', '[7]', yes],
  [63, '%\\[.\\]%', '[@]', yes],
  [63, '%\\[.\\]%', '[ ]', yes],
  [64, '%10\\.10\\.0\\.1%', '10.10.0.1', yes],
  [65, '%10.10.0.1%', '10010,051', yes],
  [66, '%10\\.10\\.0\\.1%', '10010,051', no],
  [67, '%ab*c%', 'ac', yes],
  [67, '%ab*c%', 'abc', yes],
  [67, '%ab*c%', 'abbbc', yes],
  [68, '%ab+c%', 'ac', no],
  [68, '%ab+c%', 'abbc', yes],
  [69, '%ab[0-9]*%', 'ab', yes],
  [69, '%ab[0-9]*%', 'ab129', yes],
  [70, '%.at%', '4at', yes],
  [70, '%.at%', '#at', yes],
  [70, '%.at%', ' at', yes],
  [71, '%\\x3A%', 'a:b', yes],
  [72, '%\\x28%', 'f(x)', yes],
  [73, '%\\d%', 'abc', no],
  [73, '%\\d%', 'a1', yes],
  [75, '{ $.eventType = "UpdateTrail" }', JA, yes],
  [76, '{ $.eventType = "updatetrail" }', JA, no],
  [77, '{ $.sourceIPAddress != 123.123.* }', JA, yes],
  [78, '{ $.arrayKey[0] = "value" }', JA, yes],
  [79, '{ $.objectList[1].id = 2 }', JA, yes],
  [80, '{ $.eventType = %Trail% }', JA, yes],
  [81, '{ $.arrayKey[*] = %val.{2}% }', JA, yes],
  [82, '{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }', JA, yes],
  [83, '{ $.[\'cluster.name\'] = "c" }', JA, yes],
  [84, '{ $.SomeObject IS NULL }', JA, yes],
  [85, '{ $.SomeOtherObject NOT EXISTS }', JA, yes],
  [86, '{ $.SomeObject NOT EXISTS }', JA, no],
  [87, '{ $.ThisFlag IS TRUE }', JA_PLUS, yes],
  [88, '{ $.ThisFlag IS FALSE }', JA_PLUS, no],
  [89, '{ $.eventType = "*" && $.sourceIPAddress != 123.123.* }', JA, yes],
  [90, '{ $.arrayKey = "value" }', JA, no],
  [91, '{ $.users = 1 }', '{"users":[1,2,3]}', no],
  [92, '{ $.users != 1 }', '{"users":[1,2,3]}', no],
  [93, '{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', JB, yes],
  [
    94,
    '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
    JB,
    yes,
  ],
  [
    95,
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }',
    JB,
    no,
  ],
  [96, '{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', JB, no],
  [97, '{ $.foo = bar }', '{"foo":"bar"}', yes],
  [97, '{ $.foo = bar }', '{"foo":"baz"}', no],
  [98, '{ $.foo = bar || $.foo = baz }', '{"foo":"baz"}', yes],
  [100, '{ $.bandwidth > 75 }', '{"bandwidth":76}', yes],
  [100, '{ $.bandwidth > 75 }', '{"bandwidth":75}', no],
  [101, '{ $.latency < 50 }', '{"latency":49.9}', yes],
  [102, '{ $.refreshRate >= 60 }', '{"refreshRate":60}', yes],
  [103, '{ $.responseTime <= 5 }', '{"responseTime":5.1}', no],
  [104, '{ $.errorCode = 400 }', '{"errorCode":400}', yes],
  [105, '{ $.errorCode != 500 }', '{"errorCode":400}', yes],
  [106, '{ $.number[0] = 1e+3 }', '{"number":[1000]}', yes],
  [107, '{ $.number[0] != 1e-3 }', '{"number":[0.001]}', no],
  [108, '{ $.latency = * }', '{"latency":12}', yes],
  [108, '{ $.latency = * }', '{"x":1}', no],
  [109, '{ $.statusCode = %4[0-9][0-9]% }', '{"statusCode":"404"}', yes],
  [110, '{ $.sourceIPAddress = %^192\\.168\\.12\\.% }', '{"sourceIPAddress":"192.168.12.9"}', yes],
  [111, '{ $.sourceIPAddress != %^192\\.168\\.12\\.% }', '{"sourceIPAddress":"192.168.12.9"}', no],
  [112, '{ $.eventType = "*Trail" }', JA, yes],
  [112, '{ $.eventType = "Update*" }', JA, yes],
  [113, '{ $.eventType = "Up*Trail" }', JA, no],
  [114, '{ $.level = "ERROR" }', 'plain text ERROR', no],
  [115, '[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]', AP, yes],
  [116, '[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]', AP, yes],
  [117, '[..., request =*.html*, status_code = 4*, bytes]', AP, yes],
  [118, '[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]', AP, yes],
  [119, '[ip, user, username, timestamp, request =*.html*, status_code = 500 || status_code = 410, bytes]', AP, no],
  [120, '[..., status_code=4*,]', AP, yes],
  [121, '[ip, user, username, timestamp, request, status_code, bytes > 1000]', AP, yes],
  [122, '[]', AP, yes],
  [123, '[w1=ERROR, w2]', S4, yes],
  [124, '[w1=ERROR, w2]', S1, no],
  [125, '[w1=ERROR || w1=WARNING, w2]', S3, yes],
  [126, '[w1!=ERROR && w1!=WARNING, w2]', S1, yes],
  [127, '[w1!=ERROR && w1!=WARNING, w2]', S3, no],
  [128, '[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]', S1, yes],
  [129, '[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]', S2, no],
  [130, '[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]', S2, yes],
  [131, '[w1=ERROR, w2]', 'ERROR WARN message', yes],
];

test.each(ROWS)('row %i: %s on %s → %s', (_row, pattern, line, matches) => {
  expect(match(pattern, line).matches).toBe(matches);
});

/** Where JavaScript's regular expressions differ. Source: FP (D), rules 1.3.1 and 1.3.3. */
test.each<[string, string, boolean]>([
  [String.raw`%a\sb%`, 'a b', yes],
  [String.raw`%a\sb%`, 'a\tb', yes],
  [String.raw`%a\sb%`, 'a\nb', yes],
  [String.raw`%a\sb%`, 'a\u00a0b', no],
  [String.raw`%a\sb%`, 'a\rb', no],
  [String.raw`%a[\s]b%`, 'a\tb', yes],
  [String.raw`%a[\s]b%`, 'a\u00a0b', no],
  [String.raw`%a[^\s]b%`, 'a\u00a0b', yes],
  [String.raw`%a\Sb%`, 'a\u00a0b', yes],
  [String.raw`%a[\S]b%`, 'a\u00a0b', yes],
  [String.raw`%a[\S]b%`, 'a b', no],
  [String.raw`%a[\Sx ]b%`, 'a b', yes],
  ['%^xa{,2}y$%', 'xy', yes],
  ['%^xa{,2}y$%', 'xaay', yes],
  ['%^xa{,2}y$%', 'xaaay', no],
  ['%^xa{2,}y$%', 'xaaay', yes],
  ['%^xa{2,}y$%', 'xay', no],
  [String.raw`%[{,]%`, ',', yes],
  [String.raw`%\w\W\D%`, 'a-b', yes],
  ['%Failed to connect%', 'Failed to connect', yes],
])('%s on %j → %s', (pattern, line, matches) => {
  expect(match(pattern, line).matches).toBe(matches);
});

test('a pattern may have 1,024 characters', () => {
  expect(match('a'.repeat(1024), 'a'.repeat(1024)).matches).toBe(yes);
});

test.each([
  ['Ä', String.raw`%Ä%`],
  ["'", "%it's%"],
  ['~', '%~/bin%'],
  ['&', '%a&b%'],
  ['<', '%<b>%'],
  ['"', '%"a"%'],
  ['\\b', String.raw`%\bword\b%`],
  ['\\xZZ', String.raw`%\xZZ%`],
  ['nothing at all', '%%'],
  ['a range out of order', '%[z-a]%'],
])('a regular expression with %s is refused', (_name, pattern) => {
  expect(() => compilePattern(pattern, RULES)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
});

/** Patterns of the CIS AWS Foundations Benchmark, as thousands of accounts have them. */
test.each<[string, string, boolean]>([
  [
    '{ ($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }',
    '{"eventSource":"kms.amazonaws.com","eventName":"DisableKey"}',
    yes,
  ],
  ['{ $.eventSource = kms.amazonaws.com }', '{"eventSource":"kms-amazonaws-com"}', no],
  [
    '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
    '{"userIdentity":{"type":"Root"},"eventType":"AwsApiCall"}',
    yes,
  ],
  [
    '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    '{"errorCode":"Client.UnauthorizedOperation"}',
    yes,
  ],
])('%s is accepted as it is written', (pattern, line, matches) => {
  expect(match(pattern, line).matches).toBe(matches);
});

test('the table has every row of the reference', () => {
  const refused = [74, 99];
  expect(new Set([...ROWS.map(([row]) => row), ...refused]).size).toBe(131);
});

test.each([
  ['row 74: a symbol that a regex may not hold', '%something!%', "Invalid character(s) in term '%something!%'"],
  ['row 99: EXISTS', '{ $.foo EXISTS }', 'Invalid metric filter pattern'],
  ['row 99: IS NOT', '{ $.foo IS NOT NULL }', 'Invalid metric filter pattern'],
  ['a term with a symbol that is not quoted', 'ERROR:', "Invalid character(s) in term 'ERROR:'"],
  ['a JSON pattern that is not closed', '{ $.a = 1', 'Invalid metric filter pattern'],
  ['a selector without $.', '{ status = "401" }', 'Invalid metric filter pattern'],
  ['a value with a symbol that is not quoted', '{ $.a = b-c }', "Invalid character(s) in term 'b-c'"],
  ['an order between texts', '{ $.a > "b" }', 'Invalid metric filter pattern'],
  ['two wildcards in a selector', '{ $.a[*].b[*] = 1 }', 'Invalid metric filter pattern'],
  ['four wildcards', '{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 || $.d[*] = 1 }', 'Invalid metric filter pattern'],
  ['three regular expressions', '{ $.a = %a% || $.b = %b% || $.c = %c% }', 'Invalid metric filter pattern'],
  ['a parenthesis that is not closed', '{ ($.a = 1 }', 'Invalid metric filter pattern'],
  ['two ellipses', '[..., a, ...]', 'Invalid metric filter pattern'],
  ['a condition on another field', '[a = 1 || b = 2]', 'Invalid metric filter pattern'],
  ['parentheses in a regex', '%(a|b)%', "Invalid character(s) in term '%(a|b)%'"],
  ['more than 1,024 characters', 'a'.repeat(1025), 'Invalid metric filter pattern'],
])('%s is refused', (_name, pattern, message) => {
  const refused = expect.objectContaining({ code: 'InvalidParameterException', message });
  expect(() => compilePattern(pattern, RULES)).toThrow(refused);
});

const PREFIX = '2026-11-23T10:00:00.000Z\t3f6a0c1e-0000-4000-8000-000000000000\tINFO\t';

test.each<[name: string, pattern: string, line: string, matches: boolean, rules: UndocumentedRule[]]>([
  ['a JSON pattern on a Lambda text line', '{ $.a = 1 }', `${PREFIX}{"a":1}`, yes, ['json-text-prefix']],
  ['a JSON pattern on a text line it would not match anyway', '{ $.a = 1 }', `${PREFIX}{"a":2}`, no, []],
  ['!= on a missing field', '{ $.a != 1 }', '{"b":1}', no, ['not-equal-missing-field']],
  ['!= on null', '{ $.a != 1 }', '{"a":null}', no, ['not-equal-missing-field']],
  ['a number written as a string', '{ $.code = 401 }', '{"code":"401"}', yes, ['type-coercion']],
  ['a quoted number on a number', '{ $.code = "401" }', '{"code":401}', yes, ['type-coercion']],
  ['a word on a boolean', '{ $.ok = true }', '{"ok":true}', yes, ['type-coercion']],
  ['a bare wildcard on a number', '{ $.code = 4* }', '{"code":404}', yes, []],
  ['a word on a number', '{ $.code != abc }', '{"code":401}', yes, []],
  ['excluded terms alone', '-ERROR', 'fine', yes, ['only-excluded-terms']],
  ['a regex beside a term', '%a% b', 'a b', yes, ['regex-among-terms']],
  ['a last field that takes the rest', '[w1=ERROR, w2]', 'ERROR WARN message', yes, ['space-field-count']],
  ['as many fields as names', '[w1=ERROR, w2]', 'ERROR message', yes, []],
  [
    'the well-known pattern for Lambda lines',
    '[timestamp=*Z, request_id="*-*", event]',
    `${PREFIX}hello you`,
    yes,
    ['space-field-count'],
  ],
])('%s is reported as undocumented where it is', (_name, pattern, line, matches, undocumented) => {
  expect(match(pattern, line)).toMatchObject({ matches, undocumented });
});

test('the switch decides whether a JSON pattern matches a Lambda text line, and both are reported', () => {
  const line = `${PREFIX}{"a":1}`;
  expect(match('{ $.a = 1 }', line, { jsonFilterMatchesTextPrefix: false })).toEqual({
    matches: false,
    extractedValues: {},
    undocumented: ['json-text-prefix'],
  });
});

test('a space-delimited pattern extracts named fields by name and the others by number', () => {
  expect(match('[ip, ..., status, bytes]', AP).extractedValues).toEqual({
    $ip: '127.0.0.1',
    $2: 'Prod',
    $3: 'frank',
    $4: '10/Oct/2000:13:25:15 -0700',
    $5: 'GET /index.html HTTP/1.0',
    $status: '404',
    $bytes: '1534',
  });
});

test('a JSON pattern extracts the values it names', () => {
  expect(match('{ $.user.id = 1 && $.actions[0] = "GET" }', JB).extractedValues).toEqual({
    '$.user.id': '1',
    '$.actions[0]': 'GET',
  });
});

test('a text spelled with escapes is found as well', () => {
  expect(match('{ $.log = "response" }', String.raw`{"l\u006fg":"respons\u0065"}`).matches).toBe(true);
});

test('a comparison of two numbers agrees with arithmetic, whatever the spelling', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (left, right) => {
      const line = JSON.stringify({ n: left });
      expect(match(`{ $.n > ${right} }`, line).matches).toBe(left > right);
      expect(match(`{ $.n <= ${right} }`, line).matches).toBe(left <= right);
      expect(match(`{ $.n = ${right} }`, line).matches).toBe(left === right);
    }),
  );
});

test('the quick refusal of lines never changes an answer', () => {
  const word = fc.constantFrom('response', 'log', 'a', 'b-c', '1', 'true');
  fc.assert(
    fc.property(word, word, fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean())), (key, value, line) => {
      const expected = Object.hasOwn(line, key) && String(line[key]) === value;
      expect(match(`{ $.${key} = "${value}" }`, JSON.stringify(line)).matches).toBe(expected);
    }),
  );
});

test('any text compiles or is refused in AWS’s words', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '$.a',
    '=',
    '!=',
    '"',
    '%',
    '||',
    '&&',
    ' ',
    '*',
    '...',
    ',',
    'x',
    '-',
    '?',
    '1',
    '\\',
    '(',
    ')',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), fc.string(), (pieces, line) => {
      const thrown = whatThrows(() => match(pieces.join(''), line));
      expect(thrown === undefined || thrown instanceof AwsError).toBe(true);
    }),
  );
});

function whatThrows(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}
