import { OWN_RULES } from './check-templates.ts';
import { FAMILIES } from './rules/index.ts';

/** docs/check.md, from the rule table. */
export function checkRulesPage(): string {
  const families = FAMILIES.map(({ title, rules }) => {
    const rows = rules.map((rule) =>
      [
        `### \`${rule.id}\``,
        '',
        `${rule.title}. **${rule.severity}** · ${rule.source}`,
        '',
        `On AWS: ${rule.onAws}`,
        '',
        `Cure: ${rule.cure}`,
      ].join('\n'),
    );
    return [`## ${title}`, ...rows].join('\n\n');
  });
  return `${[HEAD, ...families, TAIL].join('\n\n')}\n`;
}

const HEAD = `<!-- Written by \`pnpm run docs\` from packages/canary/src/check/rules. -->

# The rules of \`canary check\`

\`canary check [template…]\` looks at what can stop a release of a SAM or CloudFormation template, and says which of it is blind. It needs no account, no code and no rehearsal.

An **error** is proved from the template, or from a bundle beside it: no such call in it. A **warning** depends on code, traffic or something outside the template, and is probably wrong. A **note** is worth knowing. The severity given here is the highest that a rule gives; where less can be proved, it gives less.

Conditions are followed for the parameters given with \`--parameter Key=Value\`. Otherwise every branch is judged, up to 16 combinations of the conditions, mappings and switches that touch a release, and a finding says in which it holds. Loops (\`Fn::ForEach\`) are written out; what a macro or \`AWS::Include\` would write is not seen, and said not to be.

\`--format text|json|sarif|github\`. The exit code is 1 when there are errors, or more warnings than \`--max-warnings\`.

A finding is silenced in the template, with a reason; an ignore without one is a finding itself, and silences nothing:

\`\`\`yaml
ErrorsAlarm:
  Type: AWS::CloudWatch::Alarm
  Metadata:
    Canary:
      Ignore:
        - Rule: alarm-name-survives
          Reason: The pipeline waits until the alarm is OK.
\`\`\`

The same under the template's own \`Metadata\` holds for all of its resources.`;

const OWN = OWN_RULES.map(({ id, severity, title }) => `- \`${id}\` (${severity}): ${title}.`).join('\n');

const TAIL = `## About the check itself

${OWN}

## What a template cannot show

The first deployment of a stack has no canary (P1); a redeployed artifact that was rolled back (P13); alarms that outlive their removal from the list (P16); a stop by hand (P18); what hooks and $LATEST see after a rollback (P22). How likely a gate is to catch a fault is what \`canary plan\` says.`;
