import * as E from 'fp-ts/lib/Either.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import type { Pass, SessionGate, Verdict } from '../../ports/accounts/session-gate.js';
import type { Clock } from '../../ports/clock.js';
import type { Database } from '../../ports/database.js';
import type { Log } from '../../ports/log.js';
import { createRevocationList } from './revocation-list.js';
import { isRevoked, readRevocations } from './revocation-reads.js';
import { Revocation, revocationChannel } from './revocations.js';

/** Some 25 MB. When more sessions end in a day, the database remembers them for us. */
const usualRevocationsMax = 200_000;
/** A database that takes longer to answer counts as one that does not. */
const askSecondsMax = 3;
const readAgainAfterSeconds = 1;
/** Now and then the list is made anew, which also forgets what is over. */
const readEverySeconds = 600;

export interface SessionGateOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Kept in memory; the usual number when absent. */
  readonly revocationsMax?: number;
}

export interface LearningGate extends SessionGate {
  /** What this instance has revoked itself: it does not wait to be told of it. */
  learn(revocation: Revocation): void;
}

/**
 * The list of all revocations, while it is known to be complete.
 *
 *     incomplete → complete    somebody listens, and has read the table since.
 *     complete   → incomplete  nobody listens any more, or the table has to be read again.
 */
const createKnowledge = (options: SessionGateOptions) => {
  const { database, clock, log, revocationsMax = usualRevocationsMax } = options;
  const list = createRevocationList(revocationsMax);
  /** Only the last reading makes the list complete. */
  let lastReading = 0;
  let isListening = false;
  let isComplete = false;

  const doubt = (): number => {
    isComplete = false;
    lastReading += 1;
    return lastReading;
  };

  const readOnce = async (): Promise<boolean> => {
    try {
      // What is told meanwhile goes into the same list, so that nothing is missed.
      const wanted = { now: clock.now(), limit: revocationsMax + 1 };
      for (const { revocation, at } of await readRevocations(database, wanted)) {
        list.add(revocation, at);
      }
      return true;
    } catch (error) {
      log.warn('what was revoked cannot be read', { error });
      return false;
    }
  };

  const readAll = async (signal: AbortSignal): Promise<void> => {
    const reading = doubt();
    const isLast = (): boolean => isListening && reading === lastReading;
    list.sweep(clock.now());
    while (!(await readOnce())) {
      await clock.until(plusSeconds(clock.now(), readAgainAfterSeconds), signal);
      if (signal.aborted || !isLast()) return;
    }
    isComplete ||= isLast();
  };

  return {
    has: list.has,
    isComplete: (): boolean => isComplete && !list.isFull(),
    learn: (revocation: Revocation): void => list.add(revocation, clock.now()),
    readAll,
    beginToListen: (signal: AbortSignal): Promise<void> => {
      isListening = true;
      return readAll(signal);
    },
    stopListening: (signal: AbortSignal): void => {
      isListening = false;
      doubt();
      if (signal.aborted) return;
      log.warn('nobody tells what is revoked, so the database is asked on each request');
    },
  };
};

/** `null`: nothing that we understand, as a newer version may tell it. */
const readMessage = (payload: string): Revocation | null => {
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(payload),
    () => null,
  );
  const revocation = E.isRight(parsed) ? Revocation.decode(parsed.right) : parsed;
  return E.isRight(revocation) ? revocation.right : null;
};

export const createSessionGate = (options: SessionGateOptions): LearningGate => {
  const { database, clock, log } = options;
  const known = createKnowledge(options);

  const ask = async (pass: Pass): Promise<Verdict> => {
    try {
      return (await isRevoked(database, pass)) ? 'revoked' : 'open';
    } catch (error) {
      log.debug('nobody can tell whether a session was revoked', { error });
      return 'unknown';
    }
  };

  const askInTime = async (pass: Pass): Promise<Verdict> => {
    const answered = new AbortController();
    const deadline = plusSeconds(clock.now(), askSecondsMax);
    const late = clock.until(deadline, answered.signal).then((): Verdict => 'unknown');
    try {
      return await Promise.race([ask(pass), late]);
    } finally {
      answered.abort();
    }
  };

  const readNowAndThen = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.until(plusSeconds(clock.now(), readEverySeconds), signal);
      if (!signal.aborted) await known.readAll(signal);
    }
  };

  return {
    judge: async (pass) => {
      if (known.has(pass)) return 'revoked';
      return known.isComplete() ? 'open' : askInTime(pass);
    },
    learn: known.learn,
    run: async (signal) => {
      const listening = database.listen(revocationChannel, {
        signal,
        onMessage: (payload) => {
          const revocation = readMessage(payload);
          if (revocation !== null) known.learn(revocation);
          else void known.readAll(signal);
        },
        onListening: () => void known.beginToListen(signal),
        onLost: () => known.stopListening(signal),
      });
      await Promise.all([listening, readNowAndThen(signal)]);
    },
  };
};
