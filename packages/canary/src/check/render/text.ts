import { styleText } from 'node:util';
import type { CheckReport } from '../check-templates.ts';
import type { Finding, Severity } from '../finding.ts';

const TONES = { error: 'red', warning: 'yellow', note: 'cyan' } as const satisfies Record<Severity, string>;

/** For people: what, where, what happens on AWS, the cure. What several findings share is said once. */
export function renderText(
  { templates, findings }: CheckReport,
  options: { readonly hasColour: boolean; readonly width: number },
): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    options.hasColour ? styleText(format, text, { validateStream: false }) : text;
  const lines: string[] = [];
  for (const { rule, group } of byRule(findings)) {
    const [first] = group;
    if (first === undefined) continue;
    lines.push(
      `${paint(['bold', TONES[first.severity]], first.severity)} ${paint('bold', rule)}  ${paint('dim', `(${first.source})`)}`,
    );
    for (const finding of group) {
      const when = finding.when === undefined ? '' : ` (${finding.when})`;
      lines.push(...wrap(`${placeOf(finding)}  ${finding.message}${when}`, options.width, '  '));
    }
    lines.push(...wrap(`On AWS: ${first.onAws}`, options.width, '    ').map((line) => paint('dim', line)));
    lines.push(...wrap(`Cure: ${first.cure}`, options.width, '    '), '');
  }
  const silenced = templates.reduce((sum, it) => sum + it.silenced.length, 0);
  lines.push(summary(findings, templates.length, silenced));
  return `${lines.join('\n')}\n`;
}

/** `template.yaml:41 ErrorsAlarm` */
export const placeOf = ({ file, line, resourceId }: Finding): string =>
  `${file}${line === undefined ? '' : `:${line}`}${resourceId === '' ? '' : ` ${resourceId}`}`;

/** Findings of one rule and severity together, in the order in which they come. */
function byRule(
  findings: readonly Finding[],
): readonly { readonly rule: string; readonly group: readonly Finding[] }[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => ({ rule: group[0]?.rule ?? '', group }));
}

function summary(findings: readonly Finding[], templates: number, silenced: number): string {
  const count = (severity: Severity): string => {
    const found = findings.filter((it) => it.severity === severity).length;
    return `${found} ${severity}${found === 1 ? '' : 's'}`;
  };
  const ignored = silenced === 0 ? '' : `, ${silenced} silenced with a reason`;
  return `${count('error')}, ${count('warning')}, ${count('note')}${ignored} in ${templates} template${templates === 1 ? '' : 's'}.`;
}

function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
