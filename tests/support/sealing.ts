/** Sealing in tests: keys, tools, and a whole log sealed at once. */

import { randomUUID } from 'node:crypto';
import { derivedSealKey, sha256 } from '../../adapters/seal-keys.js';
import { runSealing, type SealingTools, type SealLimits } from '../../commands/sealing/index.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
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
