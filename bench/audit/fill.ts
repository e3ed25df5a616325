/** Writes a long history into the files of an event store, under seals, without holding it. */

import { mkdir } from 'node:fs/promises';
import { openFolder } from '../../adapters/embedded/eventstore/storage/folder.js';
import type { SealKey } from '../../adapters/seal-keys.js';
import { sha256 } from '../../adapters/seal-keys.js';
import {
  chainStart,
  endAfter,
  nextSeal,
  Stretch,
  signatureOf,
  signedBytes,
} from '../../domain/seal/index.js';
import { Bug } from '../../domain/shared/assert.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { generatedHistory } from '../../tests/support/generated-history.js';
import { asStored, putStored } from '../../tests/support/log-files.js';
import { seed } from '../seed.js';

const eventsOfSeal = 1_000;
/** Events of one transaction: a seal and those under it go together. */
const eventsOfWrite = eventsOfSeal + 1;

/** Puts a seal behind each thousand events and behind the last, chained as the processes do it. */
async function* underSeals(
  events: AsyncIterable<RecordedEvent>,
  key: SealKey,
): AsyncGenerator<RecordedEvent> {
  let end = chainStart;
  let stretch = new Stretch(sha256);
  let covered: RecordedEvent[] = [];
  const sealed = (): RecordedEvent => {
    const [facts, last] = [stretch.facts(), covered.at(-1)];
    if (facts === null || last === undefined) throw new Bug('a seal is put behind events');
    const unsigned = nextSeal(end, facts, { keyId: key.keyId, at: last.recordedAt });
    const data = { ...unsigned, signature: signatureOf(key.sign(signedBytes(unsigned))) };
    const seal = sealEvent(last, data);
    end = endAfter(sha256, seal, data);
    [stretch, covered] = [new Stretch(sha256), []];
    return seal;
  };
  for await (const event of events) {
    yield event;
    stretch.add(event);
    covered.push(event);
    if (covered.length === eventsOfSeal) yield sealed();
  }
  if (covered.length > 0) yield sealed();
}

/** The seal as it is stored right behind the last event under it. */
const sealEvent = (
  { position, recordedAt }: RecordedEvent,
  data: Parameters<typeof endAfter>[2],
): RecordedEvent => ({
  id: `00000000-0000-4000-8000-${String(data.number).padStart(12, '0')}`,
  stream: 'seal-log',
  revision: BigInt(data.number - 1),
  position: position + 1n,
  type: 'LogSealed',
  data,
  metadata: {
    $correlationId: 'bench',
    $causationId: 'bench',
    actor: { kind: 'system', id: 'sealing' },
    commandId: 'bench',
    schemaVersion: 1,
  },
  recordedAt,
});

/** How many events there are then; positions have gaps, as in a log that others write to. */
export const fillAuditLog = async (
  folder: string,
  events: number,
  key: SealKey,
): Promise<number> => {
  await mkdir(folder, { recursive: true });
  const storage = await openFolder(folder);
  let written = 0;
  let batch: RecordedEvent[] = [];
  const write = async (): Promise<void> => {
    await storage.write((writer) => {
      for (const event of batch) putStored(writer, asStored(event));
    });
    written += batch.length;
    batch = [];
  };
  for await (const event of underSeals(generatedHistory({ seed, events }), key)) {
    batch.push(event);
    if (batch.length >= eventsOfWrite) await write();
  }
  await write();
  await storage.close();
  return written;
};
