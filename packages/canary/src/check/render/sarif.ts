import type { CheckReport } from '../check-templates.ts';
import { OWN_RULES } from '../check-templates.ts';
import type { Finding } from '../finding.ts';
import { RULES } from '../rules/index.ts';

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
  const driver = { name: 'canary check', informationUri: 'https://docs.aws.amazon.com/codedeploy/', rules };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [{ tool: { driver }, results }] }, undefined, 2)}\n`;
}

const resultOf = ({ rule, severity, message, when, file, line, resourceId }: Finding) => ({
  ruleId: rule,
  level: severity,
  message: { text: when === undefined ? message : `${message} (${when})` },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: file.split('\\').join('/') },
        region: { startLine: line ?? 1 },
      },
      ...(resourceId !== '' && { logicalLocations: [{ name: resourceId }] }),
    },
  ],
});
