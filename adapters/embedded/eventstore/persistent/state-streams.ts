/** The streams in which groups keep their state: ordinary streams, written by the node itself. */
import { randomUUID } from 'node:crypto';
import type { EventLog } from '../log/event-log.js';
import { metadataStreamOf } from '../log/stream-metadata.js';
import { isVisible, streamState } from '../log/stream-view.js';
import {
  METADATA_TYPE,
  type ProposedEvent,
  type RecordedEvent,
  type WriteOperation,
} from '../log/types.js';

const PREFIX = '$persistentsubscription-';
const NOTHING = new Uint8Array(0);

/** Where the progress of a group is kept. */
export function checkpointStreamOf(id: string): string {
  return `${PREFIX}${id}-checkpoint`;
}

/** Where the events lie that a group could not handle. */
export function parkedStreamOf(id: string): string {
  return `${PREFIX}${id}-parked`;
}

export function jsonEvent(type: string, json: unknown): ProposedEvent {
  return {
    id: randomUUID(),
    type,
    isJson: true,
    data: Buffer.from(JSON.stringify(json), 'utf8'),
    customMetadata: NOTHING,
  };
}

/** To append an event to a stream. */
export function append(streamName: string, event: ProposedEvent): WriteOperation {
  return { kind: 'append', streamName, expected: { kind: 'any' }, events: [event] };
}

/** To make a stream show its last events only; nothing if it does so already. */
export function keepLast(log: EventLog, streamName: string, count: number): WriteOperation[] {
  const state = streamState(log.reader, streamName);
  if (state.metadata.maxCount === count || state.tombstoned) return [];
  const metadata = jsonEvent(METADATA_TYPE, { $maxCount: count });
  return [append(metadataStreamOf(streamName), metadata)];
}

/** To soft delete a stream; nothing if there is nothing in it. */
export function remove(log: EventLog, streamName: string): WriteOperation[] {
  const state = streamState(log.reader, streamName);
  if (state.softDeleted || state.tombstoned) return [];
  if (state.lastRevision < 0 && !state.hasMetadata) return [];
  return [{ kind: 'delete', streamName, expected: { kind: 'any' } }];
}

/** Writes all of it in one commit; false if it could not be, which the operator hears of. */
export async function writeState(
  log: EventLog,
  operations: readonly WriteOperation[],
): Promise<boolean> {
  const outcomes = await log.writeTogether(operations);
  const failed = outcomes.findIndex(({ kind }) => kind !== 'done');
  const outcome = outcomes[failed];
  if (outcome === undefined) return true;
  const why = outcome.kind === 'failed' ? outcome.message : outcome.kind;
  const streamName = operations[failed]?.streamName;
  log.reportFailure(new Error(`${streamName} could not be written: ${why}`));
  return false;
}

/** The visible ones of the last events of a stream, last one first. */
export function lastEvents(log: EventLog, streamName: string, count: number): RecordedEvent[] {
  const state = streamState(log.reader, streamName);
  const from = state.lastRevision;
  if (state.entry === undefined || state.tombstoned || from < 0) return [];
  const page = { from, backwards: true, eventsMax: count, bytesMax: Number.POSITIVE_INFINITY };
  const events = log.reader.streamPage(state.entry.number, page);
  return events.filter((event) => isVisible(state, event, log.now()));
}
