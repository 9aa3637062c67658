import { type Account, asUserError, errorText, member, type Persistence } from '../aws/index.ts';
import { UserError } from '@unicorns/cloud';

/** What every reader asks with. */
export interface Questions {
  readonly account: Account;
  /** Asks until the cloud answers. An error that stays is thrown, for a person to read. */
  readonly needed: <T>(what: string, ask: () => Promise<T>) => Promise<T>;
  /** As `needed`, for a part that a watch can do without: it is told once that it cannot be read, and then left out. */
  readonly wanted: <T>(what: string, ask: () => Promise<T>) => Promise<T | undefined>;
}

type CannotRead = (what: string, reason: string) => void;

export function questions(account: Account, persistence: Persistence, cannotRead: CannotRead): Questions {
  const leftOut = new Set<string>();
  return {
    account,
    async needed(what, ask) {
      try {
        return await persistence.call(ask);
      } catch (error) {
        if (!isAnswer(error)) throw error;
        throw new UserError(`${what} cannot be read. ${errorText(error)}`, { cause: error });
      }
    },
    async wanted(what, ask) {
      if (leftOut.has(what)) return undefined;
      try {
        return await persistence.call(ask);
      } catch (error) {
        if (!isAnswer(error)) throw error;
        leftOut.add(what);
        cannotRead(what, errorText(error));
        return undefined;
      }
    },
  };
}

/** The cloud itself said no: a permission is missing, a name does not exist, an operation is not emulated. */
const isAnswer = (error: unknown): boolean =>
  !(asUserError(error) instanceof UserError) &&
  member(error, '$metadata') !== undefined &&
  member(error, '$fault') !== undefined;
