import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckReport } from '../check-templates.ts';
import { OWN_RULES } from '../check-templates.ts';
import type { Finding } from '../finding.ts';
import { RULES } from '../rules/index.ts';

/** Every rule in the order of the document: what a result's `ruleIndex` points into. */
const IDS = [...RULES, ...OWN_RULES].map(({ id }) => id);

/** SARIF 2.1.0: what code scanning of GitHub, GitLab and editors read. */
export function renderSarif({ findings, templates }: CheckReport): string {
  const rules = [
    ...RULES.map(({ id, title, onAws, cure, severity }) => ({
      id,
      shortDescription: { text: title },
      fullDescription: { text: onAws },
      help: { text: cure },
      defaultConfiguration: { level: severity },
    })),
    ...OWN_RULES.map(({ id, title, severity }) => ({
      id,
      shortDescription: { text: title },
      defaultConfiguration: { level: severity },
    })),
  ];
  const silenced = templates.flatMap((it) => it.silenced);
  const results = [
    ...findings.map(resultOf),
    ...silenced.map((it) => ({ ...resultOf(it), suppressions: [{ kind: 'inSource', justification: it.reason }] })),
  ];
  const driver = { name: 'canary check', rules };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [{ tool: { driver }, results }] }, undefined, 2)}\n`;
}

const resultOf = ({ rule, severity, message, when, file, line, resourceId }: Finding) => ({
  ruleId: rule,
  ruleIndex: IDS.indexOf(rule),
  level: severity,
  message: { text: when === undefined ? message : `${message} (${when})` },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(file) },
        region: { startLine: line ?? 1 },
      },
      ...(resourceId !== '' && {
        logicalLocations: [{ name: resourceId, fullyQualifiedName: `Resources.${resourceId}`, kind: 'resource' }],
      }),
    },
  ],
});

/** A URI reference, relative to where the person stands where the file is; every segment encoded (RFC 3986). */
const uriOf = (file: string): string =>
  isAbsolute(file) ? pathToFileURL(file).href : file.split(/[\\/]/).map(encodeURIComponent).join('/');
