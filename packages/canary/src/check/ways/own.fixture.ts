/** Ways in which the check has something to say about its own work. */
import { alarm, type Changes, type Json, ref } from '../judged.fixture.ts';
import { way, type Ways } from './way.fixture.ts';

const ignoring = (Ignore: unknown): Changes => ({
  alarm: { MetricName: 'Error' },
  template: { Metadata: { Canary: { Ignore } } },
});
const reason = { Reason: 'A test.' };
/** Alarms that exist under so many conditions, none of which has to do with another. */
const conditional = (count: number): Changes => {
  const each = (make: (i: number) => Json): Json =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => make(i)).flatMap((it) => Object.entries(it)));
  return {
    template: {
      Parameters: each((i) => ({ [`P${i}`]: { Type: 'String', Default: 'off' } })),
      Conditions: each((i) => ({ [`C${i}`]: { 'Fn::Equals': [ref(`P${i}`), 'on'] } })),
    },
    resources: each((i) => ({ [`Alarm${i}`]: { ...alarm({ AlarmName: `a-${i}` }), Condition: `C${i}` } })),
  };
};

export const ownWays: Ways = {
  'ignore-without-reason': [
    way(
      'none',
      ignoring([{ Rule: 'metric-name' }]),
      'nothing says why',
      ignoring([{ Rule: 'metric-name', ...reason }]),
    ),
    way('a blank one', ignoring([{ Rule: 'metric-name', Reason: ' ' }]), 'nothing says why', ignoring([])),
  ],
  'ignore-unused': [
    way(
      'of no rule',
      ignoring({ Rule: 'metric-nam', ...reason }),
      'There is no rule "metric-nam"',
      ignoring({ Rule: 'metric-name', ...reason }),
    ),
    way(
      'that nothing needs',
      ignoring({ Rule: 'no-gate', ...reason }),
      'Nothing here needs "no-gate"',
      { ...ignoring({ Rule: 'no-gate', ...reason }), preference: { Alarms: [] } },
      'note',
    ),
  ],
  'branches-capped': [way('more than sixteen', conditional(5), 'more combinations than the 16', conditional(4))],
};
