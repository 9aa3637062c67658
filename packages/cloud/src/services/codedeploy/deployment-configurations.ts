import { AwsError } from '../../aws-error.ts';
import type { TrafficRouting } from './traffic-shift.ts';

const canary = (canaryInterval: number): TrafficRouting => ({
  type: 'TimeBasedCanary',
  canaryPercentage: 10,
  canaryInterval,
});
const linear = (linearInterval: number): TrafficRouting => ({
  type: 'TimeBasedLinear',
  linearPercentage: 10,
  linearInterval,
});

/**
 * The nine predefined configurations of the Lambda platform, by CodeDeploy's names. SAM's short names are
 * these without `CodeDeployDefault.Lambda`. Source: codedeploy reference 2.1 (D), names confirmed in T8.
 */
export const PREDEFINED: ReadonlyMap<string, TrafficRouting> = new Map([
  ['CodeDeployDefault.LambdaAllAtOnce', { type: 'AllAtOnce' }],
  ['CodeDeployDefault.LambdaCanary10Percent5Minutes', canary(5)],
  ['CodeDeployDefault.LambdaCanary10Percent10Minutes', canary(10)],
  ['CodeDeployDefault.LambdaCanary10Percent15Minutes', canary(15)],
  ['CodeDeployDefault.LambdaCanary10Percent30Minutes', canary(30)],
  ['CodeDeployDefault.LambdaLinear10PercentEvery1Minute', linear(1)],
  ['CodeDeployDefault.LambdaLinear10PercentEvery2Minutes', linear(2)],
  ['CodeDeployDefault.LambdaLinear10PercentEvery3Minutes', linear(3)],
  ['CodeDeployDefault.LambdaLinear10PercentEvery10Minutes', linear(10)],
]);

const MOST_MINUTES = 2880;

/** The shape of `TrafficRoutingConfig` as the API and AWS::CodeDeploy::DeploymentConfig have it. */
export interface TrafficRoutingConfig {
  readonly type?: string | undefined;
  readonly timeBasedCanary?: { canaryPercentage?: number | undefined; canaryInterval?: number | undefined } | undefined;
  readonly timeBasedLinear?: { linearPercentage?: number | undefined; linearInterval?: number | undefined } | undefined;
}

/**
 * A custom configuration's routing, checked against CodeDeploy's limits: a share of 1–99 % in one step, at
 * most 2,880 minutes between the first and the last shift. Source: codedeploy reference 2.2 (D).
 */
export function customRouting(config: TrafficRoutingConfig | undefined): TrafficRouting {
  switch (config?.type) {
    case 'AllAtOnce':
      return { type: 'AllAtOnce' };
    case 'TimeBasedCanary': {
      const canaryPercentage = share(config.timeBasedCanary?.canaryPercentage, 'canaryPercentage');
      const canaryInterval = minutes(config.timeBasedCanary?.canaryInterval, 'canaryInterval', 1);
      return { type: 'TimeBasedCanary', canaryPercentage, canaryInterval };
    }
    case 'TimeBasedLinear': {
      const linearPercentage = share(config.timeBasedLinear?.linearPercentage, 'linearPercentage');
      const steps = Math.ceil(100 / linearPercentage);
      const linearInterval = minutes(config.timeBasedLinear?.linearInterval, 'linearInterval', steps - 1);
      return { type: 'TimeBasedLinear', linearPercentage, linearInterval };
    }
    default:
      throw invalid(
        `The traffic routing type "${config?.type ?? ''}" is not one of TimeBasedCanary, TimeBasedLinear, AllAtOnce.`,
      );
  }
}

const invalid = (message: string): AwsError => new AwsError('InvalidTrafficRoutingConfigurationException', message);

function share(value: number | undefined, name: string): number {
  if (value !== undefined && Number.isInteger(value) && value >= 1 && value <= 99) return value;
  throw invalid(`${name} must be a whole number from 1 to 99, and is ${String(value)}.`);
}

function minutes(value: number | undefined, name: string, intervals: number): number {
  if (value !== undefined && Number.isInteger(value) && value >= 1 && value * intervals <= MOST_MINUTES) return value;
  throw invalid(
    `${name} must be a whole number of minutes of at least 1, with at most ${MOST_MINUTES} minutes between the first and the last shift, and is ${String(value)}.`,
  );
}
