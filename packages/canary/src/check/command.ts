import { UserError } from '@unicorns/cloud/inspect';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, readParameters } from '../option-values.ts';
import { showsColour, widthOf } from '../terminal-stream.ts';
import { type CheckReport, checkTemplates } from './check-templates.ts';
import { readTemplates } from './read-templates.ts';
import { renderGithub } from './render/github.ts';
import { renderJson } from './render/json.ts';
import { renderSarif } from './render/sarif.ts';
import { renderText } from './render/text.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof FORMATS)[number];

export interface CheckCommand {
  readonly parameter: readonly string[];
  readonly format: Format;
  readonly maxWarnings?: number;
}

/** Adds `canary check [template…]`; `setExitCode` hears 0, or 1 for errors and too many warnings. */
export function registerCheck(
  program: Command,
  setExitCode: (code: number) => void,
  defaultTemplate = 'infra/template.yaml',
): void {
  program
    .command('check')
    .description('find the gates of a template that are blind, before anything is deployed')
    .argument('[template...]', `SAM or CloudFormation templates; default: ${defaultTemplate}`)
    .option(
      '--parameter <Key=Value>',
      'a parameter of the template (repeatable); conditions follow it, else every branch is judged',
      collect,
      [],
    )
    .addOption(new Option('--format <format>', 'how findings are written').choices([...FORMATS]).default('text'))
    .option('--max-warnings <number>', 'end with exit code 1 when there are more warnings', wholeNumber)
    .action((templates: readonly string[], flags: CheckCommand) => {
      const files = templates.length === 0 ? [defaultTemplate] : templates;
      setExitCode(runCheck(files, flags, (text) => void process.stdout.write(text)));
    });
}

/** Writes the findings and gives the exit code. Throws UserError for a file or a parameter that is not there. */
export function runCheck(files: readonly string[], flags: CheckCommand, write: (text: string) => void): number {
  const { maxWarnings } = flags;
  const report = checkTemplates({
    templates: readTemplates(files),
    parameters: readParameters(flags.parameter),
    ...(maxWarnings !== undefined && { maxWarnings }),
  });
  if (report.undeclared.length > 0) {
    throw new UserError(
      `No template declares the parameter ${report.undeclared.map((name) => `"${name}"`).join(', ')}.`,
    );
  }
  write(render(report, flags.format));
  return report.exitCode;
}

function render(report: CheckReport, format: Format): string {
  switch (format) {
    case 'text': {
      const { stdout } = process;
      return renderText(report, { hasColour: showsColour(stdout), width: widthOf(stdout) });
    }
    case 'json':
      return renderJson(report);
    case 'sarif':
      return renderSarif(report);
    case 'github':
      return renderGithub(report);
    default:
      return format satisfies never;
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number of at most nine digits.');
  return Number(text);
}
