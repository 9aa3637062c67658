/** The passages of hand-written pages that are taken from elsewhere. */
import { entriesOf, fenced, span, yamlBlock } from './excerpts.ts';
import { oddsTable } from './odds-table.ts';

export interface Passage {
  readonly page: string;
  readonly name: string;
  /** The file that it is taken from. */
  readonly source: string;
  readonly take: (source: string) => string;
}

const JOURNAL = 'scenarios/1-releases-meet-five-alarms-and-two-hooks/journal.txt';

/** Of the release that turns to 503 a minute into its bake. */
const told = (page: string, name: string, from: RegExp, to: RegExp): Passage => ({
  page,
  name,
  source: JOURNAL,
  take: (journal) => fenced('text', span(entriesOf(journal, '503 after a minute'), from, to).join('\n')),
});

const HOW = 'docs/how-it-works.md';

/** Of a release in a scenario of the runbook. */
const cured = (name: string, scenario: string, release: string, from: RegExp, to: RegExp): Passage => ({
  page: 'docs/runbook.md',
  name,
  source: `scenarios/runbook/${scenario}/journal.txt`,
  take: (journal) => fenced('text', span(entriesOf(journal, release), from, to).join('\n')),
});

const TWO = 'a-manual-stop-leaves-two-versions';
const STUCK = 'a-rollback-cannot-be-finished';

const resource = (page: string, source: string, logicalId: string): Passage => ({
  page,
  name: logicalId,
  source,
  take: (template) => fenced('yaml', yamlBlock(template, logicalId)),
});

export const PASSAGES: readonly Passage[] = [
  { page: 'README.md', name: 'a rollback', source: JOURNAL, take: rollback },
  told(HOW, 'the update begins', /stack +UPDATE_IN_PROGRESS/, /deploy +d-/),
  told(HOW, 'the hook', /BeforeAllowTraffic InProgress/, /BeforeAllowTraffic Succeeded/),
  told(HOW, 'the shift', /lifecycle AllowTraffic InProgress/, /traffic/),
  told(HOW, 'the fault', /^\d+:\d+ +requests/, /requests.*\n?.* 5\d\d ×/),
  told(HOW, 'the alarm', /alarm +ALARM/, /alarm +ALARM/),
  told(HOW, 'the stop', / AllowTraffic Failed/, /deploy +d-\w+ Stopped/),
  told(HOW, 'the rollback', /Automatic rollback/, /deploy +d-\w+ Succeeded/),
  told(HOW, 'the stack', /UPDATE_FAILED/, /stack +UPDATE_ROLLBACK_COMPLETE$/),
  told(HOW, 'the end', /^[✓✗]/, /^[✓✗]/),
  resource('docs/guides/add-an-sla-alarm.md', 'docs/guides/with-sla-alarm.yaml', 'SlaAlarm'),
  resource('docs/guides/add-a-hook.md', 'docs/guides/with-hook.yaml', 'PreTrafficHook'),
  cured('stopped in a hook', 'a-hook-says-nothing', 'stopped by hand', /by hand/, /deploy +d-\w+ Stopped/),
  cured(
    'red before it begins',
    'an-alarm-is-red-before-the-deployment',
    'the fix, at once',
    /deploy +d-/,
    /deploy +d-\w+ Stopped/,
  ),
  cured('two versions', TWO, 'a release on top of it', / AllowTraffic InProgress/, /deploy +d-\w+ Failed/),
  cured('weights cleared', TWO, 'a release on top of it', /lambda:UpdateAlias/, /traffic/),
  cured('the version exists', 'the-version-exists-already', 'the same package again', /CREATE_FAILED/, /COMPLETE/),
  cured(
    'the rollback is stuck',
    STUCK,
    'the log group is gone',
    /ErrorResponsesFilter/,
    /stack +UPDATE_ROLLBACK_FAILED/,
  ),
  cured(
    'the rollback goes on',
    STUCK,
    'the log group is gone',
    /PutRetentionPolicy/,
    /stack +UPDATE_ROLLBACK_COMPLETE$/,
  ),
  { page: 'infra/README.md', name: 'the odds', source: 'infra/template.yaml', take: oddsTable },
  cured('load of its own', 'a-gate-without-traffic-is-blind', '503 after a minute, again', /by hand/, /d-\w+ Stopped/),
];

const LEFT_OUT = [/ stack +(?! |UPDATE_ROLLBACK_COMPLETE$)/, / Skipped$/, / rollback d-/, / deploy +d-\w+ Succeeded$/];

/** The whole release in few lines: CloudFormation is left out but for its end, and AWS's long sentences but for their beginning. */
function rollback(journal: string): string {
  const entries = entriesOf(journal, '503 after a minute').filter((entry) => !LEFT_OUT.some((it) => it.test(entry)));
  const news = entries.filter((entry, i) => !isRepeated(entry, entries.slice(0, i)));
  return fenced('text', news.map(shortened).join('\n'));
}

/** Who has the traffic is said again when nothing has changed. */
const isRepeated = (entry: string, before: readonly string[]): boolean =>
  / traffic /.test(entry) && before.findLast((it) => / traffic /.test(it))?.slice(6) === entry.slice(6);

function shortened(entry: string): string {
  const [first = '', second, ...rest] = entry.split('\n');
  return second === undefined || rest.length === 0 || entry.startsWith('✓') ? entry : `${first}\n${second} …`;
}
