/** BeforeAllowTraffic: the alias still runs the old version alone, so the new one is asked by its ARN. */
import { acceptanceHook, type HookParts } from './acceptance-hook.ts';
import { lambdaParts } from './lambda-parts.ts';
import type { Target } from './run-suite.ts';
import type { Settings } from './settings.ts';

export function aimAtVersion({ newVersionArn, newVersion }: Settings): Target {
  return { functionName: newVersionArn, version: newVersion, settlesWithinMs: 0 };
}

export const preTraffic = (parts: Omit<HookParts, 'aim'>) => acceptanceHook({ ...parts, aim: aimAtVersion });

export const handler = preTraffic(lambdaParts);
