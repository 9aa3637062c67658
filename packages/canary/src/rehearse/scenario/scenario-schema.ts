/** What a `scenario.yaml` may say. */
import * as v from 'valibot';
import { EXPECTATIONS } from '../rehearsal.ts';

const minutes = v.pipe(
  v.number('must be a number of minutes'),
  v.minValue(0, 'must be 0 or more'),
  v.maxValue(1_440, 'must be at most 1440'),
);
const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'));
/** Numbers and booleans are what YAML makes of `400` and `true`; CloudFormation takes text. */
const parameters = v.record(
  v.string(),
  v.pipe(v.union([v.string(), v.number(), v.boolean()], 'must be text or a number'), v.transform(String)),
);
const paths = v.record(v.string(), text);

/** What a person does by hand: see by-hand/act-by-hand.ts for what its texts may name. */
const byHand = v.strictObject({
  /** Minutes since the deployment of the release began. */
  after: minutes,
  call: v.pipe(text, v.regex(/^[a-z0-9]+:[A-Z]\w+$/, 'must be service:Operation, such as codedeploy:StopDeployment')),
  input: v.optional(v.record(v.string(), v.unknown()), {}),
  refused: v.optional(text),
});

const release = v.strictObject({
  name: text,
  note: v.optional(text),
  expect: v.picklist(EXPECTATIONS, `must be one of ${EXPECTATIONS.join(', ')}`),
  caughtBy: v.optional(text),
  /** Files of the repository → files (relative to the scenario) that stand in for them in this build. */
  replace: v.optional(paths, {}),
  /** Local paths of the template, as written there → folders (relative to the scenario) that are packaged instead. */
  packages: v.optional(paths, {}),
  template: v.optional(text),
  parameters: v.optional(parameters, {}),
  faults: v.optional(v.array(text), []),
  type: v.optional(text),
  traffic: v.optional(text),
  waitBefore: v.optional(minutes, 0),
  waitAfter: v.optional(minutes, 0),
  byHand: v.optional(v.array(byHand), []),
});

export const scenarioSchema = v.strictObject({
  title: text,
  /** Relative to the scenario; default: the template of this repository. */
  template: v.optional(text),
  stackName: v.optional(
    v.pipe(text, v.regex(/^[A-Za-z][A-Za-z0-9-]{0,43}$/, 'must be letters, digits and hyphens, 44 at most')),
    'unicorns',
  ),
  seed: v.optional(
    v.pipe(
      v.number('must be a whole number'),
      v.integer('must be a whole number'),
      v.minValue(0, 'must be 0 or more'),
      v.maxValue(999_999_999, 'must have nine digits at most'),
    ),
    1,
  ),
  /** Invocations that the account lets run at a time; default: AWS's. */
  accountConcurrency: v.optional(
    v.pipe(
      v.number('must be a whole number'),
      v.integer('must be a whole number'),
      v.minValue(1, 'must be 1 or more'),
      v.maxValue(1_000_000, 'must be a million at most'),
    ),
  ),
  traffic: v.optional(text, '1/s'),
  poisson: v.optional(v.boolean(), false),
  /** As `--route` takes them. */
  routes: v.optional(v.array(text), []),
  slaMilliseconds: v.optional(v.pipe(v.number(), v.minValue(1, 'must be 1 or more')), 1_000),
  parameters: v.optional(parameters, {}),
  type: v.optional(text),
  releases: v.pipe(v.array(release), v.minLength(1, 'must hold at least one release')),
});

export type ScenarioDocument = v.InferOutput<typeof scenarioSchema>;
export type ReleaseDocument = ScenarioDocument['releases'][number];
