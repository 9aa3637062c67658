import type { CheckReport } from '../check-templates.ts';

/** One document: every finding with all that is known about it, and what was silenced and why. */
export const renderJson = ({ templates, findings, exitCode }: CheckReport): string =>
  `${JSON.stringify({ exitCode, findings, silenced: templates.flatMap((it) => it.silenced) }, undefined, 2)}\n`;
