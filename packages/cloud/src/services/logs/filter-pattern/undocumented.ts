/**
 * Where AWS does not say whether a line matches, the answer names the rule it hung on. Each text says what
 * we did and how to write the line or the pattern so that the question cannot arise.
 */
export const UNDOCUMENTED = {
  'json-text-prefix':
    'A JSON filter pattern met a Lambda text-format line (time, request id, level, {…}). AWS does not say whether it matches. ' +
    'Write bare JSON to stdout or set LoggingConfig.LogFormat: JSON.',
  'not-equal-missing-field':
    'A != comparison met a line without a value in that field. AWS does not say whether it matches; here it does not. ' +
    'Add a clause that states whether the field has to be there.',
  'type-coercion':
    'A comparison met a value of another type (a number written as a string, or a string pattern on a number or boolean). ' +
    'AWS does not say whether it matches; here the values are compared. Log the type that the pattern names.',
  'space-field-count':
    'A space-delimited pattern met a line with more fields than it names. AWS’s guides disagree; here the last field takes the rest. ' +
    'Name every field, or use … (three dots) once.',
  'only-excluded-terms':
    'A pattern made of excluded terms alone is not documented; here it matches every line that holds none of them.',
  'regex-among-terms': 'A regular expression beside other terms is not documented; here all of them must match.',
} as const satisfies Record<string, string>;

export type UndocumentedRule = keyof typeof UNDOCUMENTED;

/** Collects, while a line is being matched, the undocumented rules on which the answer depends. */
export type Evidence = Set<UndocumentedRule>;
