/** Writes a long history into the files of an event store, and adds up what has to follow. */

import { mkdir } from 'node:fs/promises';
import { openFolder } from '../../../adapters/embedded/eventstore/storage/folder.js';
import type { RecordedEvent } from '../../../ports/event-store.js';
import { decodeLogged } from '../../../ports/logged-event.js';
import { putStored } from '../../../tests/support/log-files.js';
import { manyTowns, type WrittenEvent } from './many-towns.js';

/** Events of one transaction of the store: large enough that syncing does not count. */
const eventsOfWrite = 2_000;

/** What the read models of this log must say. */
export interface LongLog {
  readonly events: number;
  /** Position of the last event, by category of its stream. */
  readonly lastOf: ReadonlyMap<string, bigint>;
  readonly rentals: number;
  /** Paisa in all wallets together. */
  readonly balanceMinor: number;
}

/** What an event adds to the balance of its wallet. */
const balanceChangeOf = (recorded: RecordedEvent): number => {
  const logged = decodeLogged(recorded);
  if (logged._tag === 'Left') throw new Error(`${recorded.type} cannot be decoded`);
  const { event } = logged.right;
  if (event.type === 'FundsCredited' || event.type === 'WalletAdjusted') {
    return event.data.amount.minor;
  }
  const isTaken = event.type === 'FundsCaptured' || event.type === 'FundsDebited';
  return isTaken ? 0 - event.data.amount.minor : 0;
};

const createFacts = () => {
  const lastOf = new Map<string, bigint>();
  /** By event of the pattern, since its copies all say the same. */
  const changes = new Map<RecordedEvent, number>();
  let [events, rentals, balanceMinor] = [0, 0, 0];
  return {
    add: ({ stream, type, position, original }: WrittenEvent): void => {
      events += 1;
      lastOf.set(stream.slice(0, stream.indexOf('-')), position);
      if (type === 'RentalRequested') rentals += 1;
      const change = changes.get(original) ?? balanceChangeOf(original);
      changes.set(original, change);
      balanceMinor += change;
    },
    facts: (): LongLog => ({ events, lastOf, rentals, balanceMinor }),
  };
};

/** At least so many events, the same ones in every run. */
export const writeLongLog = async (folder: string, events: number): Promise<LongLog> => {
  await mkdir(folder, { recursive: true });
  const storage = await openFolder(folder);
  const { add, facts } = createFacts();
  let batch: WrittenEvent[] = [];
  const write = async (): Promise<void> => {
    await storage.write((writer) => {
      for (const event of batch) putStored(writer, event);
    });
    batch = [];
  };
  for await (const event of manyTowns(events)) {
    add(event);
    batch.push(event);
    if (batch.length >= eventsOfWrite) await write();
  }
  await write();
  await storage.close();
  return facts();
};
