import type { Assumptions, Delays } from './assumptions.ts';

/** One thing that AWS does not document and no capture of a real deployment settles. */
export interface Assumption {
  /** What a verdict that depends on it prints. */
  readonly name: string;
  /** What happens here. */
  readonly text: string;
  /** What may happen on AWS instead. */
  readonly instead: string;
  readonly evidence: string;
  /** Section of the notes on AWS's behaviour: `codedeploy 3.4.3`, `cloudwatch 1.6`; `ours` where AWS does not come in. */
  readonly reference: string;
  /** The members of `Assumptions` that switch it, where some do. */
  readonly settings?: readonly (Exclude<keyof Assumptions, 'delays'> | `delays.${keyof Delays}`)[];
}

/**
 * Every assumption of the embedded cloud, each under one name; docs/assumptions.md is written from this list. The
 * names of those on which a single log line can depend are the rules of the findings that tell of it.
 */
export const ASSUMPTIONS = [
  // Metrics and alarms
  {
    name: 'metric-delay',
    text: 'A datapoint of AWS/Lambda, of a metric filter or of the embedded metric format can be read 45 s after its minute has ended.',
    instead:
      'Metrics come sooner or later, each kind at its own pace; the Lambda guide says up to 5–10 minutes for logs.',
    evidence:
      'Capture T4: about 105 s from the first error to ALARM with a period of 60 s, which leaves 45 s for the data.',
    reference: 'codedeploy P24, cloudwatch 3.9',
    settings: ['delays.lambdaMetricMs', 'delays.metricFilterMs', 'delays.embeddedMetricMs'],
  },
  {
    name: 'high-resolution-delay',
    text: 'A high-resolution datapoint of the embedded metric format can be read 5 s after its second has ended.',
    instead:
      'Logs are flushed later, as the guide warns of Lambda: an alarm with periods of 10 s sees part of its data or nothing.',
    evidence:
      'No number is documented. The guide to such alarms asks for a flush of logs at least every 5 s, and for M of N where that is out of your hands.',
    reference: 'cloudwatch 3.9',
    settings: ['delays.highResolutionMs'],
  },
  {
    name: 'alarm-second',
    text: 'An alarm is evaluated at one fixed second of the minute, drawn from its name.',
    instead: 'The second may move, or follow from when the alarm was made.',
    evidence: 'Sample events of the guide: :40, :04, :04.',
    reference: 'cloudwatch 3.3.8',
    settings: ['delays.alarmSecond'],
  },
  {
    name: 'evaluation-range',
    text: 'An alarm over N periods looks at N + max(⌊N/3⌋, 2) of them.',
    instead:
      'Some other number above N: it decides how long an old breaching minute holds an alarm in ALARM through silence.',
    evidence: 'The guide gives one example, 5 for N = 3.',
    reference: 'cloudwatch 3.4, 7 #5',
    settings: ['extraRangePeriods'],
  },
  {
    name: 'fresh-breach-after-silence',
    text: 'A single fresh breaching point after silence, under treatMissingData missing with M > 1, leaves the alarm in its state.',
    instead: 'INSUFFICIENT_DATA, or OK.',
    evidence: 'The guide says only that it does not go to ALARM.',
    reference: 'cloudwatch 3.4, 7 #6',
  },
  {
    name: 'percentile-rank',
    text: 'A percentile is the smallest value that at least p percent of the samples do not exceed (nearest rank).',
    instead: 'Some interpolation between neighbours.',
    evidence: 'The guide says that p percent of the data lie below, and no more.',
    reference: 'cloudwatch 3.5',
  },
  {
    name: 'low-sample-percentile',
    text: 'One thin period among the deciding ones is enough for EvaluateLowSampleCountPercentile: ignore to keep the state.',
    instead: 'The samples of all periods are counted together.',
    evidence: 'The guide speaks of one period.',
    reference: 'cloudwatch 3.5',
  },
  {
    name: 'failed-duration',
    text: 'An invocation that failed or timed out has a Duration sample, a timed-out one of about the timeout.',
    instead: 'Only successful invocations have one: an SLA alarm would not see a time-out.',
    evidence: 'Its REPORT line has a Duration; the guide is silent.',
    reference: 'cloudwatch 4.1, 7 #9',
  },
  {
    name: 'executed-version-unweighted',
    text: 'FunctionName+Resource+ExecutedVersion metrics exist for every call through an alias, with weights or without.',
    instead: 'Only while the alias has weights: a per-version alarm would be without data before and after a shift.',
    evidence:
      'The guide speaks of alias invocations and not of weights; public tools read the metric as a history of versions.',
    reference: 'cloudwatch 4.1, 7 #8; codedeploy 6.7',
    settings: ['executedVersionWithoutWeights'],
  },
  {
    name: 'gateway-metric-minute',
    text: 'A sample of AWS/ApiGateway belongs to the minute of the answer.',
    instead: 'To the minute of the request.',
    evidence: 'None.',
    reference: 'cloudwatch 5.6',
  },
  {
    name: 'composite-reason-text',
    text: 'The reason of a composite alarm that changes by an update is worded as that of a new one.',
    instead: 'Other words for the same state.',
    evidence: 'Only the creation is recorded.',
    reference: 'cloudwatch 3.8',
  },
  {
    name: 'suppressed-actions-due',
    text:
      'When a suppression ends, the actions of the present state run only if the composite alarm turned meanwhile, and ' +
      'tell the present state as the one before. A deleted suppressor counts as one that left ALARM.',
    instead: 'They run whenever a suppression ends, or tell the state before the turn.',
    evidence:
      'Actions run on a change of state only; the sample event after a wait has ALARM, suppressed, as its previous state.',
    reference: 'cloudwatch 3.8',
  },
  // Logs
  {
    name: 'json-text-prefix',
    text: 'A JSON filter pattern matches a Lambda text-format line (time, request id, level, {…}).',
    instead: 'It never matches: an alarm on such a filter is blind.',
    evidence:
      'Split: the workshop depends on the match and a runbook shows it, several repositories say that it never fired.',
    reference: 'cloudwatch 1.6, 7 #1; codedeploy P20',
    settings: ['jsonFilterMatchesTextPrefix'],
  },
  {
    name: 'not-equal-missing-field',
    text: '`!=` does not match a line without a value in that field.',
    instead: 'It matches.',
    evidence: 'Not documented.',
    reference: 'cloudwatch 1.4.11, 7 #3',
  },
  {
    name: 'type-coercion',
    text: 'A number written as a string is compared as a number, and a text pattern reads numbers and booleans.',
    instead: 'Different types never match.',
    evidence: 'Not documented; public templates rely on it in both directions.',
    reference: 'cloudwatch 1.4.12, 7 #3',
  },
  {
    name: 'space-field-count',
    text: 'The last field of a space-delimited pattern takes the rest of a longer line.',
    instead: 'The number of fields must be equal.',
    evidence: 'The guide and its older edition disagree.',
    reference: 'cloudwatch 1.5.5, 7 #2',
  },
  {
    name: 'only-excluded-terms',
    text: 'A pattern of excluded terms alone matches every line that holds none of them.',
    instead: 'It matches nothing.',
    evidence: 'Not documented.',
    reference: 'cloudwatch 1.2.6',
  },
  {
    name: 'regex-among-terms',
    text: 'A regular expression beside terms: all of them must match.',
    instead: 'The pattern is refused.',
    evidence: 'Not documented.',
    reference: 'cloudwatch 1.3.5',
  },
  {
    name: 'filter-point-time',
    text: 'A sample of a metric filter belongs to the minute of its log event; every matching event is one sample.',
    instead: 'To the minute of ingestion.',
    evidence: 'Nowhere spelled out.',
    reference: 'cloudwatch 1.7.8–9, 7 #4',
  },
  {
    name: 'metric-value-missing',
    text: 'A matching line without a number in the field that metricValue names publishes nothing.',
    instead: 'It publishes the default value.',
    evidence: 'The guide shows the numeric case alone.',
    reference: 'cloudwatch 1.7.2',
  },
  {
    name: 'emf-invalid',
    text: 'Of a directive of the embedded metric format only the invalid metric is dropped.',
    instead: 'The whole directive is dropped.',
    evidence: 'Not documented.',
    reference: 'cloudwatch 2.2, 7 #14',
  },
  {
    name: 'emf-text-prefix',
    text: "An embedded metric document is read behind Lambda's text prefix too.",
    instead: 'It is a plain log line.',
    evidence: "The Lambda guide's own sample depends on it; the format's specification forbids it.",
    reference: 'cloudwatch 1.6, 2.1',
  },
  {
    name: 'embedded-metrics-below-log-level',
    text: 'With LogFormat JSON and ApplicationLogLevel WARN or above, embedded metrics are dropped with their lines.',
    instead: 'Lines without a level are kept.',
    evidence: 'Follows from the guide: a line without level and time counts as INFO.',
    reference: 'cloudwatch 4.6.5, 7 #15',
  },
  {
    name: 'raw-lines-in-json-format',
    text: 'With LogFormat JSON, text written to stdout that is no JSON is stored as it is, at level INFO.',
    instead: 'It is wrapped or dropped.',
    evidence: 'Thin: the guide says that nothing is encoded twice.',
    reference: 'cloudwatch 4.6.6, 7 #12',
  },
  // CodeDeploy
  {
    name: 'linear-intervals',
    text: 'A Linear configuration of n steps reaches 100 % n − 1 intervals after its first shift.',
    instead: 'After n intervals: 100 minutes for Every10Minutes, as the guides count.',
    evidence: 'The API model shifts at the start of each increment, and capture T8 (ECS) shows n − 1.',
    reference: 'codedeploy 2.3, 6.1',
    settings: ['linearIntervals'],
  },
  {
    name: 'linear-remainder',
    text: 'Where the step does not divide 100, the last step takes the remainder.',
    instead: 'The first step, or a refusal.',
    evidence: 'None.',
    reference: 'codedeploy 2.3.3',
  },
  {
    name: 'alarm-poll',
    text: 'CodeDeploy looks at its alarms every 15 s while a deployment runs.',
    instead: 'More or less often.',
    evidence:
      'From ALARM to stop: T4 11 s, T1 at most 16 s, T5 seen in ALARM 13 s before and not yet 30 s before, T8 about 17 s and at most 23 s.',
    reference: 'codedeploy 3.4.2, 6.3',
    settings: ['delays.alarmPollMs'],
  },
  {
    name: 'alarms-watched-during-hooks',
    text: 'CodeDeploy watches the alarms while it waits for a hook too.',
    instead: 'Only during AllowTraffic.',
    evidence: 'An ECS deployment stopped before traffic moved (T8); no capture for Lambda.',
    reference: 'codedeploy 3.4.3, 6.3',
    settings: ['alarmsWatchedDuringHooks'],
  },
  {
    name: 'missing-alarm-stops',
    text: 'An alarm of the group that does not exist counts as one whose state cannot be read: the deployment stops, unless ignorePollAlarmFailure is set.',
    instead: 'It is passed over.',
    evidence: 'The API model says so of states that cannot be read; nothing is said of absent alarms.',
    reference: 'codedeploy 3.4.5, 6.3',
  },
  {
    name: 'start-alarm-before-hook',
    text: 'With an alarm in ALARM at the start, no hook runs: all lifecycle events read Skipped.',
    instead: 'BeforeAllowTraffic runs, or reads Failed.',
    evidence: 'Capture T6 stopped within 0.73 s, but had no hooks.',
    reference: 'codedeploy 3.1, 6.2',
  },
  {
    name: 'hook-silent-error-code',
    text: 'A hook that is silent for an hour fails its deployment with TIMEOUT, in the text of the ECS page.',
    instead: 'HOOK_EXECUTION_FAILURE.',
    evidence: 'The hour is documented, the code is not.',
    reference: 'codedeploy 3.1, 6.2',
  },
  {
    name: 'pre-hook-failure-code',
    text: 'A failed pre-traffic hook gives HOOK_EXECUTION_FAILURE, and the rows Failed, Skipped, Skipped.',
    instead: 'Other rows.',
    evidence: 'Capture T3 shows the post-traffic hook.',
    reference: 'codedeploy 3.1, 6.2',
  },
  {
    name: 'hook-retries',
    text: "A hook that throws is tried again by Lambda's asynchronous invocation, with the same event, unless EventInvokeConfig says otherwise.",
    instead: 'CodeDeploy invokes it in some other way.',
    evidence: 'The invocation is documented as asynchronous; the retry has not been captured.',
    reference: 'codedeploy 3.3.2, 6.9',
  },
  {
    name: 'rollback-deployment',
    text: 'A rollback uses LambdaAllAtOnce, is created by codeDeployRollback, and runs no hooks.',
    instead: "The group's own configuration, another creator.",
    evidence: 'Captured for ECS (T8); for Lambda only the effect (T1, T3, T4).',
    reference: 'codedeploy 3.5, 6.4',
  },
  {
    name: 'codedeploy-pace',
    text: 'CodeDeploy needs 0.7 s to start, 1.3 s to the first event, 0.1 s between events, 0.2 s to end and 0.3 s to create a rollback.',
    instead: 'Seconds more or less.',
    evidence: 'T1, T3, T4, T6 and T7, one run each.',
    reference: 'codedeploy 2.3, 3.4, 3.5',
  },
  {
    name: 'lambda-refusal-code',
    text: 'A function, version or alias that Lambda refuses fails the deployment with INVALID_LAMBDA_CONFIGURATION.',
    instead: 'INVALID_LAMBDA_FUNCTION, or another code.',
    evidence: 'Reported for an alias that points elsewhere; nothing else has been captured.',
    reference: 'codedeploy 3.1',
  },
  {
    name: 'target-id',
    text: 'The id of a Lambda deployment target is `<function>:<alias>`.',
    instead: 'The name of the function alone.',
    evidence: 'The model says "names of Lambda functions".',
    reference: 'codedeploy 3.7, 6.6',
  },
  // CloudFormation
  {
    name: 'resource-pace',
    text: 'CloudFormation takes seconds for a resource: 15 for a role, 6 for a function, 1 to 2 for most.',
    instead: 'Some other number of seconds; none of them decides anything.',
    evidence: 'Sizes of the order of T2 and T3, one run each.',
    reference: 'codedeploy 4.2, 4.3',
  },
  {
    name: 'cfn-notices-late',
    text: 'CloudFormation asks CodeDeploy every 20 s how a deployment goes.',
    instead: 'It learns sooner or later.',
    evidence: 'T3: 18 s after the rollback had ended.',
    reference: 'codedeploy 4.3',
  },
  {
    name: 'rollback-of-shifted-alias',
    text: 'When a later resource fails after a finished shift, CloudFormation sets the alias back in one step, without CodeDeploy.',
    instead: 'Another canary, in the other direction.',
    evidence: 'Not captured.',
    reference: 'codedeploy 4.3, 6.5',
  },
  {
    name: 'given-up-alias',
    text: 'When another resource fails, CloudFormation gives up an alias that is being shifted: it sets it back, but its CodeDeploy deployment goes on and moves it to the new version later.',
    instead: 'The deployment is stopped.',
    evidence:
      'Aliases read "Resource update cancelled", later updates "A conflicting deployment is in progress" and then an alias that is not where CloudFormation has it (SAM#351, SAM#291, of 2018).',
    reference: 'codedeploy 4.3, 3.6',
  },
  {
    name: 'alias-update-limit',
    text: 'CloudFormation waits for a deployment for as long as it takes.',
    instead: 'It gives up after some time of its own.',
    evidence: 'A shift of 100 minutes is documented to work.',
    reference: 'codedeploy 4.7, 6.8',
  },
  {
    name: 'cfn-deployment-permission',
    text: "CloudFormation's own calls are those of the account's owner and are never refused.",
    instead: 'The deploying role needs actions that nobody has listed.',
    evidence: 'Not documented for CreateDeployment.',
    reference: 'codedeploy 6.6',
  },
  {
    name: 'same-package-again',
    text: 'Deploying the very package that was rolled back fails with "A version for this Lambda function exists".',
    instead: 'A new version is published.',
    evidence: 'Follows from PublishVersion and one report.',
    reference: 'codedeploy 4.4.3, 6.10',
  },
  // IAM, Lambda and API Gateway
  {
    name: 'external-role',
    text: "A role that is given by its ARN, and that no template made, allows what is needed: CodeDeploy's holds its managed policy, a function's allows everything.",
    instead: 'What the role in your account allows: a missing permission does not show here.',
    evidence: 'Ours: the role is not in the template.',
    reference: 'ours',
  },
  {
    name: 'alias-mismatch-text',
    text: 'Weights between versions with different dead-letter targets are refused in words modelled on those for different roles.',
    instead: 'Other words for the same refusal.',
    evidence: 'Only the text for roles is reported.',
    reference: 'codedeploy 2.3.5',
  },
  {
    name: 'runtime-client',
    text: 'nodejs24.x behaves as version 4 of the Node runtime interface client, nodejs22.x and older as version 3.',
    instead: 'The images carry other versions; they differ in what an uncaught error looks like.',
    evidence: "Frame names in the guide's samples.",
    reference: 'cloudwatch 4.11, 7 #10',
  },
  {
    name: 'thaw-order',
    text: 'What an invocation leaves over (timers that are overdue, answers that have come) runs in the next invocation of its environment, before the handler is called.',
    instead: 'While the handler runs, or after its first step.',
    evidence:
      'The guide says that it resumes. Lumigo shows timers of a handler that waits for nothing in the log of the next invocation.',
    reference: 'cloudwatch 4.10.2, 4.10.4',
  },
  {
    name: 'timeout-text',
    text: 'A time-out says "Task timed out after", as the guide has it since November 2025.',
    instead: 'The older or a newer wording: nothing should match on the whole of it.',
    evidence: 'The wording has changed before.',
    reference: 'cloudwatch 7 #11',
  },
  {
    name: 'informational-status',
    text: 'A caller of a served API gets a 502 where the function answers with a status from 100 to 199.',
    instead: 'The gateway passes the status on, and the caller waits, or it answers with a status of its own.',
    evidence: 'Not documented, and no capture has it. HTTP ends no request with such a status.',
    reference: 'cloudwatch 5.4',
  },
  {
    name: 'thrown-error-status',
    text: 'A handler that throws leaves platform.runtimeDone and platform.report with status success, as its REPORT line in text format has no status.',
    instead: 'Status error with the type of the error: a filter on these records would count it.',
    evidence:
      'AWS called it intended in 2023, for an extension that listened (aws-samples/aws-lambda-extensions#85): the runtime has caught and reported the error.',
    reference: 'cloudwatch 4.5, 4.6.9',
  },
  {
    name: 'failed-init-report',
    text: 'The REPORT of an invocation whose init had failed has no Init Duration, and bills the invocation alone; what a module threw by itself is Runtime.Unknown to the platform.',
    instead: 'The failed init is billed too, or the line names it.',
    evidence:
      'A REPORT line of a failed init in a public issue; the types are those of the runtime interface emulator.',
    reference: 'cloudwatch 4.5, 4.10.1',
  },
  {
    name: 'gateway-error-bodies',
    text: 'Bodies of throttled, timed-out and refused calls are those that the community reports.',
    instead: 'Other bytes with the same status.',
    evidence: 'Community reports alone.',
    reference: 'cloudwatch 5.2, 5.7, 7 #13',
  },
  {
    name: 'stage-throttling',
    text: 'A stage throttles exactly, by a bucket of tokens for each method that is full at first; the setting of a method replaces the one for all methods, and what it leaves out is the account’s.',
    instead: 'More requests pass, or fewer; the two settings are merged.',
    evidence:
      'The guide names the algorithm and the level, and calls limits targets, applied on a best-effort basis, rather than ceilings.',
    reference: 'cloudwatch 5.2',
  },
  {
    name: 'invocation-rate',
    text: 'Requests beyond ten times the concurrency in a second are counted by a bucket of tokens, a second’s worth, for each function with reserved concurrency and one for all others; one that is throttled for want of concurrency takes its token, too.',
    instead: 'Another window lets more or fewer requests of a burst start.',
    evidence: 'The guide gives the rate, and no window. The names of the reasons are those of the service model.',
    reference: 'cloudwatch 4.3',
  },
  {
    name: 'scaling-rate',
    text: 'A function scales by 1,000 environments in ten seconds, which come back evenly; as environments count the most of its invocations that have run at a time in the last quarter of an hour. What comes sooner is throttled as what is beyond the concurrency is.',
    instead: 'Environments of another version count apart; the reason has another name.',
    evidence: 'The guide gives the rate, calls its refill a best attempt, and names no reason.',
    reference: 'ours',
  },
  {
    name: 'provisioned-preparation',
    text: 'Provisioned concurrency is prepared for 90 s; then all its environments are initialised at once.',
    instead: 'A minute or two, and as many environments a minute as Lambda can provision.',
    evidence: 'The guide says a minute or two, and up to 6,000 environments a minute for a function.',
    reference: 'ours',
  },
  {
    name: 'provisioned-shift',
    text: 'While an alias has weights, its provisioned concurrency is shared by them between its two versions, rounded; what a version is to have more of is prepared from then on, and its requests begin on demand until it is there. CodeDeploy does not wait for it.',
    instead:
      'Both versions have all of it, or CodeDeploy waits before it goes on: no request of the new version meets a cold start.',
    evidence:
      'The API reference says that the amount varies with the versions during linear and canary deployments; the guide, that more of it avoids spillover while routing is active. CodeDeploy’s managed policy lets it ask for the configuration.',
    reference: 'ours',
  },
  {
    name: 'provisioned-init-report',
    text: 'The INIT_REPORT of an init of provisioned concurrency that went well ends with Status: success.',
    instead: 'Another end of the line.',
    evidence: 'The guide says that the line is always written, and shows those of failures.',
    reference: 'cloudwatch 4.5',
  },
  {
    name: 'compute-model',
    text: 'Ordinary computing takes a lognormal 2.5 ms (median), six times as much in the first invocation of an environment, besides the virtual time that the handler saw; real CPU counts only above a coarse threshold.',
    instead: 'What your code takes on Lambda at your memory size.',
    evidence: 'Ours: no machine computes as Lambda does.',
    reference: 'ours',
  },
  {
    name: 'cold-start-model',
    text: 'A new environment takes a lognormal 180 ms (median) to start, and is kept for 15 minutes after its last invocation.',
    instead: 'More for a bigger bundle; AWS does not say how long it keeps one.',
    evidence: 'Ours: the order of small Node bundles.',
    reference: 'cloudwatch 4.10',
  },
  {
    name: 'api-call-time',
    text: 'A call from a handler to AWS is answered after 20 ms.',
    instead: 'What the service takes.',
    evidence: 'Ours: a round trip inside a region.',
    reference: 'ours',
  },
  {
    name: 'alias-settles-at-once',
    text: 'An updated alias routes every request that comes after the update by its new weights.',
    instead: 'For some seconds requests still go by the old ones; the post-traffic hook allows 30 s.',
    evidence: 'Lambda is a distributed service; no number is documented.',
    reference: 'codedeploy 2.3, cloudwatch 4.2',
  },
] as const satisfies readonly Assumption[];

export type AssumptionName = (typeof ASSUMPTIONS)[number]['name'];
