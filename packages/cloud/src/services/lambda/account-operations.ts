import type { GetAccountSettingsRequest } from '@aws-sdk/client-lambda';
import { operation } from '../../contract.ts';
import { unreservedConcurrency } from './concurrency.ts';

/** L-LIM (D). */
const CODE_LIMITS = { TotalCodeSize: 80_530_636_800, CodeSizeUnzipped: 262_144_000, CodeSizeZipped: 52_428_800 };

/** What the account allows and uses. The code of a function counts once for each of its versions. */
export const GetAccountSettings = operation<GetAccountSettingsRequest>({
  action: 'lambda:GetAccountSettings',
  resource: () => '*',
  run({ lambda }) {
    const revisions = [...lambda.functions.values()].flatMap(({ latest, versions }) => [latest, ...versions.values()]);
    const TotalCodeSize = revisions.reduce((sum, { code }) => sum + code.sizeBytes, 0);
    const output = {
      AccountLimit: {
        ...CODE_LIMITS,
        ConcurrentExecutions: lambda.accountConcurrency,
        UnreservedConcurrentExecutions: unreservedConcurrency(lambda),
      },
      AccountUsage: { TotalCodeSize, FunctionCount: lambda.functions.size },
    };
    return { output, effects: [] };
  },
});
