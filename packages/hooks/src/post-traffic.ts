/** AfterAllowTraffic: all traffic goes to the new version, so the alias is asked, as API Gateway asks it. */
import { acceptanceHook, type HookParts } from './acceptance-hook.ts';
import { lambdaParts } from './lambda-parts.ts';
import type { Target } from './run-suite.ts';
import type { Settings } from './settings.ts';

/** The old version is accepted for up to 30 s, since an alias update takes time to settle. */
export function aimAtAlias({ functionName, aliasName, newVersion }: Settings): Target {
  return { functionName, qualifier: aliasName, version: newVersion, settlesWithinMs: 30_000 };
}

export const postTraffic = (parts: Omit<HookParts, 'aim'>) => acceptanceHook({ ...parts, aim: aimAtAlias });

export const handler = postTraffic(lambdaParts);
