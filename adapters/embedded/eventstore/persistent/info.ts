/** What a group says about itself. Counts "since the last look" begin anew with each look. */

import type { EventLog } from '../log/event-log.js';
import { streamState } from '../log/stream-view.js';
import type { Consumer, ConsumerDescription } from './consumer.js';
import type { Group } from './group.js';
import type { GroupDefinition } from './settings.js';
import { type Measurement, type Pace, paceOf } from './statistics.js';

export interface ConnectionInfo {
  readonly consumer: ConsumerDescription;
  readonly totalCount: number;
  readonly sinceLastLook: Pace;
  readonly freeSlots: number;
  readonly unconfirmedCount: number;
  readonly measurements: readonly Measurement[];
}

export interface GroupInfo {
  readonly definition: GroupDefinition;
  readonly live: boolean;
  readonly connections: readonly ConnectionInfo[];
  readonly totalCount: number;
  readonly sinceLastLook: Pace;
  /** Revision or position; absent until there is one. */
  readonly lastKnown: number | undefined;
  readonly lastCheckpoint: number | undefined;
  readonly waitingFromHistory: number;
  readonly waitingLive: number;
  readonly waitingRetries: number;
  readonly outstandingCount: number;
  readonly parkedCount: number;
}

/** Looks at a group. */
export function lookAt(log: EventLog, group: Group): GroupInfo {
  const { definition, deliveries, source, checkpointer, parked } = group;
  const { waiting, consumers, sentCount } = deliveries;
  const elapsedMs = log.now() - group.lastLook.atMs;
  const sinceLastLook = paceOf(sentCount - group.lastLook.sentCount, elapsedMs);
  group.lastLook = { atMs: log.now(), sentCount };
  return {
    definition,
    live: source.live,
    connections: [...consumers].map((consumer) => connectionOf(consumer, elapsedMs)),
    totalCount: sentCount,
    sinceLastLook,
    lastKnown: lastKnown(log, group),
    lastCheckpoint: checkpointer.saved,
    waitingFromHistory: waiting.newCount - waiting.liveCount,
    waitingLive: waiting.liveCount,
    waitingRetries: waiting.retryCount + waiting.replayedCount,
    outstandingCount: deliveries.outstandingCount,
    parkedCount: parked.count,
  };
}

function connectionOf(consumer: Consumer, elapsedMs: number): ConnectionInfo {
  const sinceLastLook = paceOf(consumer.sentCount - consumer.sentCountAtLastLook, elapsedMs);
  consumer.sentCountAtLastLook = consumer.sentCount;
  return {
    consumer: consumer.description,
    totalCount: consumer.sentCount,
    sinceLastLook,
    freeSlots: consumer.freeSlots,
    unconfirmedCount: consumer.unconfirmed.size,
    measurements: consumer.latencies.measurements(),
  };
}

/** Of a stream, the last event there is, read or not: it shows how far behind the group is. */
function lastKnown(log: EventLog, { definition, lastKnown: known }: Group): number | undefined {
  const { key, startAfter } = definition;
  if (key.source.kind === 'all') return known;
  const { lastRevision } = streamState(log.reader, key.source.streamName);
  return lastRevision > startAfter ? Math.max(lastRevision, known ?? 0) : known;
}
