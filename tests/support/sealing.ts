/** Sealing in tests: keys, tools, and a whole log sealed at once. */

import { randomUUID } from 'node:crypto';
import { derivedSealKey, readPublicKeys, type SealKey, sha256 } from '../../adapters/seal-keys.js';
import type { Finding } from '../../audit/finding.js';
import type { SealCheckOptions, SealStory } from '../../audit/seals/check.js';
import { SealRun } from '../../audit/seals/run.js';
import { runSealing, type SealingTools, type SealLimits } from '../../commands/sealing/index.js';
import {
  chainStart,
  endAfter,
  nextSeal,
  type SealData,
  Stretch,
  signatureOf,
  signedBytes,
} from '../../domain/seal/index.js';
import { instant } from '../../domain/shared/instant.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { memoryLog } from './log.js';
import { noMetrics } from './no-metrics.js';
import { collect } from './proposed-event.js';
import { createTestClock } from './test-clock.js';

export const testSealKey = derivedSealKey('a secret of seals for tests only, of some length');

const fewEvents: SealLimits = { intervalSeconds: 60, eventsMax: 4 };

export const sealingTools = (
  store: EventStore,
  others: Partial<SealingTools> = {},
): SealingTools => ({
  store,
  signer: testSealKey,
  sha256,
  limits: fewEvents,
  clock: createTestClock(),
  newId: randomUUID,
  log: memoryLog(),
  metrics: noMetrics,
  ...others,
});

export const sealsOf = (store: EventStore): Promise<readonly RecordedEvent[]> =>
  collect(store.readStream('seal-log'));

export interface RunningSealing {
  stop(): Promise<void>;
}

export const startSealing = (tools: SealingTools): RunningSealing => {
  const stop = new AbortController();
  const running = runSealing(tools, stop.signal);
  return {
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};

const sealedAt = instant('2026-11-22T06:00:00Z');

const storedSeal = (data: SealData, position: bigint): RecordedEvent => ({
  id: `00000000-0000-4000-8000-${String(data.number).padStart(12, '0')}`,
  stream: 'seal-log',
  revision: BigInt(data.number - 1),
  position,
  type: 'LogSealed',
  data,
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    actor: { kind: 'system', id: 'sealing' },
    commandId: 'c',
    schemaVersion: 1,
  },
  recordedAt: sealedAt,
});

/** A log with a seal behind each stretch of these lengths; the rest of it has none. */
export const withSeals = (
  events: readonly RecordedEvent[],
  lengths: readonly number[],
  keyOf: (seal: number) => SealKey = () => testSealKey,
): readonly RecordedEvent[] => {
  const log: RecordedEvent[] = [];
  let [end, next] = [chainStart, 0];
  for (const length of lengths) {
    const stretch = new Stretch(sha256);
    const covered = events.slice(next, next + length);
    for (const event of covered) stretch.add(event);
    const facts = stretch.facts();
    if (facts === null) break;
    const key = keyOf(end.number + 1);
    const unsigned = nextSeal(end, facts, { keyId: key.keyId, at: sealedAt });
    const data = { ...unsigned, signature: signatureOf(key.sign(signedBytes(unsigned))) };
    const stored = storedSeal(data, BigInt(facts.toPosition) + 1n);
    end = endAfter(sha256, stored, data);
    log.push(...covered, stored);
    next += length;
  }
  return [...log, ...events.slice(next)];
};

export interface Audit {
  readonly findings: readonly Finding[];
  readonly story: SealStory;
}

/** Looks at a log as `audit verify` does. */
export const auditSeals = (
  log: Iterable<RecordedEvent>,
  others: Partial<SealCheckOptions> = {},
): Audit => {
  const keys = readPublicKeys(testSealKey.publicPem);
  if (keys === null) throw new Error('the test has a key');
  const stories: SealStory[] = [];
  const onEnd = (story: SealStory): void => {
    stories.push(story);
  };
  const run = new SealRun({ sha256, keys, end: null, noted: null, onEnd, ...others });
  const findings: Finding[] = [];
  for (const recorded of log) {
    findings.push(...run.see({ recorded, logged: decodeLogged(recorded) }));
  }
  findings.push(...run.end());
  const [story] = stories;
  if (story === undefined) throw new Error('the run told nothing at its end');
  return { findings, story };
};
