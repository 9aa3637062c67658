import type { CheckReport } from '../check-templates.ts';
import type { Severity } from '../finding.ts';

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const satisfies Record<Severity, string>;

/** Workflow commands: GitHub shows each beside its line. */
export const renderGithub = ({ findings }: CheckReport): string =>
  findings
    .map(({ severity, file, line, rule, message, when, cure }) => {
      const place = [
        `file=${property(file)}`,
        ...(line === undefined ? [] : [`line=${line}`]),
        `title=${property(rule)}`,
      ];
      const condition = when === undefined ? '' : ` (${when})`;
      return `::${COMMANDS[severity]} ${place.join(',')}::${data(`${message}${condition} Cure: ${cure}`)}\n`;
    })
    .join('');

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
