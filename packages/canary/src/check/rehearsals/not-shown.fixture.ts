/** Rules of which no rehearsal can show what they foretell, each with the reason. */
export const NOT_SHOWN: Readonly<Record<string, string>> = {
  'filter-quoted-number': 'Here a number in quotes matches a number; the assumption type-coercion has no switch.',
  'filter-after-alarm':
    'Resources that do not wait for each other are made in the order of the template here, at once.',
  'alarm-elsewhere': 'What the alarm watches is in another template: there is nothing to go wrong in this one.',
  'anomaly-gate': 'A rehearsal refuses anomaly detection, which learns from weeks of data.',
  'hook-in-vpc': 'A rehearsal has no networks: every hook reaches CodeDeploy.',
  'provisioned-concurrency':
    'Here the alias moves when the provisioned concurrency of its new version is there; that it fails instead is what the reports of 2019 say.',
  'many-deployments': 'The limits of Lambda’s API on calls a second are not emulated.',
  'no-auto-rollback':
    'CloudFormation’s own rollback sets the alias back here; what AWS’s does to its weights is not captured.',
  'alarms-may-go-unread': 'CloudWatch always answers here, and CodeDeploy’s role is not asked for its alarms.',
  'group-not-used': 'Who starts its deployments, and with what, is in no template.',
  'not-judged': 'What is not seen by the check is not seen by a rehearsal either: it is refused.',
  'ignore-without-reason': 'It is about the check alone.',
  'ignore-unused': 'It is about the check alone.',
  'branches-capped': 'It is about the check alone.',
};
