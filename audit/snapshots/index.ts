/** Snapshots may be lost, but those that are there must say what the log says. */

import { isDeepStrictEqual } from 'node:util';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import {
  type Pages,
  pageRecord,
  pageStream,
  type SnapshotRecord,
  snapshotCategory,
  snapshotDropped,
  snapshotRecord,
  snapshotStream,
} from '../../ports/snapshots/index.js';
import { type Finding, placeOf } from '../finding.js';
import type { CheckTally } from '../verify-log.js';
import { type Folded, type Kept, keptAggregates } from './folded.js';

/** Aggregates whose streams have snapshots. */
export const categoriesWithSnapshots: readonly string[] = keptAggregates.map(
  ({ category }) => category,
);

export interface SnapshotAudit {
  readonly store: Pick<EventStore, 'readLog' | 'readLast' | 'readStream'>;
  readonly signal?: AbortSignal;
  /** Called as soon as something is certain, with the name of the check. */
  readonly onFinding: (check: string, finding: Finding) => void;
}

const check = 'snapshots-equal-folds';

const unreadable = (recorded: RecordedEvent): Finding => ({
  code: 'snapshot-unreadable',
  place: placeOf(recorded),
  expected: 'a record of a snapshot, and the sum that was written with it',
  found: `${recorded.type} that is none, or was changed`,
});

const wrong = (recorded: RecordedEvent, stream: string, found: string): Finding => ({
  code: 'snapshot-wrong',
  place: placeOf(recorded),
  expected: `what the events of ${stream} come to`,
  found,
});

const withoutKeys = ({ length }: readonly number[]): string => `${length} of its keys are missing`;

/** Keys that are neither in the snapshot nor in the page where they belong. */
const missingKeys = async (
  { store }: SnapshotAudit,
  { snapshot, record }: { readonly snapshot: RecordedEvent; readonly record: SnapshotRecord },
  folded: Folded,
): Promise<readonly Finding[]> => {
  const { stream, keys, pages } = record;
  const inSnapshot = new Set(keys);
  const missing = [...folded.keys].filter((key) => !inSnapshot.has(key));
  if (pages === null) {
    return missing.length === 0 ? [] : [wrong(snapshot, stream, withoutKeys(missing))];
  }
  const findings: Finding[] = [];
  for (let page = 0; page < pages.count; page += 1) {
    const recorded = await store.readLast(pageStream(stream, page));
    // Whoever misses a page, or finds one of another writing, folds the stream anew.
    if (recorded === null) continue;
    const written = pageRecord.decode(recorded);
    if (written === null) findings.push(unreadable(recorded));
    else if (isOfWriting(written.pages, pages)) {
      const inPage = new Set(written.keys);
      const lost = missing.filter((key) => key % pages.count === page && !inPage.has(key));
      if (lost.length > 0) findings.push(wrong(recorded, stream, withoutKeys(lost)));
    }
  }
  return findings;
};

const isOfWriting = (page: Pages, { count, upTo }: Pages): boolean =>
  page.count === count && page.upTo >= upTo;

const findingsOf = async (
  audit: SnapshotAudit,
  kept: Kept,
  recorded: RecordedEvent,
): Promise<readonly Finding[]> => {
  const record = snapshotRecord.decode(recorded);
  if (record === null) return [unreadable(recorded)];
  // What another version has kept is not used, and replaced by and by.
  if (record.shape !== kept.shape) return [];
  const { stream, revision } = record;
  if (recorded.stream !== snapshotStream(stream)) {
    return [wrong(recorded, stream, 'a snapshot of another stream')];
  }
  const folded = await kept.fold(audit, stream, revision);
  if (folded?.eventId !== record.eventId) {
    return [wrong(recorded, stream, `no such event at revision ${revision}`)];
  }
  if (!isDeepStrictEqual(folded.state, record.state)) {
    return [wrong(recorded, stream, `another state at revision ${revision}`)];
  }
  return missingKeys(audit, { snapshot: recorded, record }, folded);
};

/** Streams of snapshots, each once. */
const snapshotStreams = async (
  { store, signal }: SnapshotAudit,
  { category }: Kept,
): Promise<ReadonlySet<string>> => {
  const streams = new Set<string>();
  const filter = { categories: [snapshotCategory(category)] };
  for await (const { stream } of store.readLog(null, filter)) {
    signal?.throwIfAborted();
    streams.add(stream);
  }
  return streams;
};

/**
 * Folds each stream that has a snapshot from its beginning, and compares. One stream is in memory
 * at a time.
 *
 * @throws EventStoreUnavailable, and the reason of the signal: nothing may be concluded then.
 */
export const verifySnapshots = async (audit: SnapshotAudit): Promise<CheckTally> => {
  let compared = 0;
  let findings = 0;
  for (const kept of keptAggregates) {
    for (const stream of await snapshotStreams(audit, kept)) {
      const recorded = await audit.store.readLast(stream);
      if (recorded === null || recorded.type === snapshotDropped) continue;
      compared += 1;
      for (const finding of await findingsOf(audit, kept, recorded)) {
        findings += 1;
        audit.onFinding(check, finding);
      }
    }
  }
  const claim = `each snapshot is what its events come to (${compared} snapshots)`;
  return { name: check, claim, findings };
};
