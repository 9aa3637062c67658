/** docs/assumptions.md: the list in packages/cloud/src/assumption-list.ts, to be read. */
import { type Assumption, ASSUMPTIONS } from '../../packages/cloud/src/assumption-list.ts';
import { DEFAULT_ASSUMPTIONS } from '../../packages/cloud/src/assumptions.ts';
import { GENERATED, page, table } from './markdown.ts';

export function assumptionsPage(): string {
  const all: readonly Assumption[] = ASSUMPTIONS;
  const switched = all.filter(({ settings }) => settings !== undefined);
  return page(
    GENERATED,
    '# Assumptions',
    'What AWS does not document and no capture of a real deployment settles. Each has one name; a verdict that depends on one ' +
      'prints it. Where one is wrong for you, measure it in an account and switch it, or tell us.',
    'The column *section* cites the notes on AWS’s behaviour from which the code is written; [sources](sources.md) says what lies behind ' +
      'them, T1 to T8 included.',
    '## With a switch',
    '`createCloud({ assumptions })` takes a value for each of these.',
    table(
      ['name', 'switch', 'default'],
      switched.flatMap(({ name, settings = [] }) =>
        settings.map((setting) => [`[${name}](#${name})`, `\`${setting}\``, `\`${defaultOf(setting)}\``]),
      ),
    ),
    '## All of them',
    ...all.map(entry),
  );
}

const entry = ({ name, text, instead, evidence, reference }: Assumption): string =>
  [`### ${name}`, text, `- *Instead, perhaps:* ${instead}\n- *Evidence:* ${evidence}\n- *Section:* ${reference}`].join(
    '\n\n',
  );

type Setting = NonNullable<Assumption['settings']>[number];

function defaultOf(setting: Setting): string {
  const { delays, ...others } = DEFAULT_ASSUMPTIONS;
  const flat: ReadonlyMap<string, unknown> = new Map([
    ...Object.entries(others),
    ...Object.entries(delays).map(([name, value]) => [`delays.${name}`, value] as const),
  ]);
  return String(flat.get(setting)).replaceAll(/\s+/g, ' ');
}
