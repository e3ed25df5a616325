import * as E from 'fp-ts/lib/Either.js';
import type { RentalLimits } from '../../commands/rental/index.js';
import { readSettings, type Settings, settingsId } from '../../domain/settings/index.js';
import { OperatorError } from '../cli/operator-error.js';
import type { Parts } from '../compose.js';

/** Limits of single operations that are settings of the network (rules 3.2). */
export interface LiveLimits {
  /** Always those of now: ask it each time. */
  readonly limits: RentalLimits;
  /** Hears of changes until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

type LimitParts = Pick<Parts, 'handlers' | 'store' | 'log'>;

const settingsNow = async ({ handlers }: LimitParts): Promise<Settings | null> => {
  const read = readSettings((await handlers.settings.load(settingsId)).state);
  return E.isRight(read) ? read.right : null;
};

/** @throws OperatorError when the network has no settings yet. */
export const followLimits = async (parts: LimitParts): Promise<LiveLimits> => {
  const first = await settingsNow(parts);
  if (first === null) {
    throw new OperatorError(['the network has no settings yet: run `powerbank migrate --seed`']);
  }
  let current = first;
  const look = async (): Promise<void> => {
    current = (await settingsNow(parts)) ?? current;
  };
  return {
    limits: {
      get rentalStartsPerMinuteMax() {
        return current.rentalStartLimitPerMinute;
      },
      get rentalSwapsPerMinuteMax() {
        return current.rentalSwapLimitPerMinute;
      },
    },
    run: async (signal) => {
      const filter = { categories: ['settings'] };
      for await (const item of parts.store.subscribeLog({ after: 'end', filter, signal })) {
        // Settings may have changed before the tail was live, so that is a reason to look, too.
        if (item.kind === 'event' || item.kind === 'caught-up') await look();
      }
    },
  };
};
