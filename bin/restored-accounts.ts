/** Brings accounts that were restored from a dump to where the log is. */

import * as E from 'fp-ts/lib/Either.js';
import { endWhatLetsIn, voidPasswordBefore } from '../adapters/accounts/after-restore.js';
import { type AccountProcessTools, createAccountProcess } from '../commands/account-process.js';
import { createCredentialsProcess } from '../commands/credentials-process.js';
import { type ReactionTable, reactTo } from '../commands/process/facts.js';
import { type ProcessManager, TryAgain } from '../commands/process/reactions.js';
import type { Instant } from '../domain/shared/instant.js';
import type { AccountHolder } from '../ports/accounts/holder.js';
import type { Database } from '../ports/database.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../ports/logged-event.js';
import { OperatorError } from './cli/operator-error.js';

export interface RestoredParts extends AccountProcessTools {
  readonly store: Pick<EventStore, 'readLog'>;
  readonly database: Database;
}

export interface SettledAccounts {
  readonly sessions: number;
  readonly devices: number;
  /** People who left, users and staff, in the whole log: nobody knows who was in the dump. */
  readonly forgotten: number;
  /** Passwords that were another one when the log ends. */
  readonly passwords: number;
}

const categories = ['user', 'partner', 'staff'];
const departures: ReadonlySet<string> = new Set(['AccountDeleted', 'StaffRemoved']);

/** @throws OperatorError for an event that cannot be read: it may be somebody's departure. */
const readable = (recorded: RecordedEvent): LoggedEvent => {
  const decoded = decodeLogged(recorded);
  if (E.isRight(decoded)) return decoded.right;
  throw new OperatorError([`event ${recorded.id} of ${recorded.stream} cannot be read`]);
};

const reaction = async (process: ProcessManager, logged: LoggedEvent): Promise<void> => {
  try {
    await process.react(logged);
  } catch (error) {
    if (!(error instanceof TryAgain)) throw error;
    throw new OperatorError([`${error.message}: give the same command again`], { cause: error });
  }
};

/**
 * Signs everybody out, forgets once more who has left, and removes passwords that are no longer
 * theirs. Who left is forgotten by the same reactions that forget them the first time, whose
 * commands have the same ids. May be repeated, and broken off.
 *
 * @throws OperatorError when an event cannot be read, or a store cannot take what follows from it.
 */
export const settleRestoredAccounts = async (parts: RestoredParts): Promise<SettledAccounts> => {
  const { store, database, clock } = parts;
  const ended = await endWhatLetsIn(database, clock.now());
  const forgetting = [createAccountProcess(parts), createCredentialsProcess(parts)];
  let forgotten = 0;
  let passwords = 0;
  const voidBefore = async (holder: AccountHolder, changedAt: Instant): Promise<void> => {
    if (await voidPasswordBefore(database, holder, changedAt)) passwords += 1;
  };
  const changes: ReactionTable = {
    staff: {
      StaffPasswordChanged: ({ data }) => voidBefore({ kind: 'staff', id: data.staffId }, data.at),
    },
    partner: {
      PartnerPasswordChanged: ({ streamId, data }) =>
        voidBefore({ kind: 'user', id: streamId }, data.at),
    },
  };
  for await (const recorded of store.readLog(null, { categories })) {
    const logged = readable(recorded);
    await reactTo(changes, logged);
    if (!departures.has(logged.event.type)) continue;
    for (const process of forgetting) await reaction(process, logged);
    forgotten += 1;
  }
  return { ...ended, forgotten, passwords };
};
