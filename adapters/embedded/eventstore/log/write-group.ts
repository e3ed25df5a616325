/**
 * Applies writes inside one storage transaction. Each write sees what the ones before it in the
 * same group wrote.
 */
import { randomUUID } from 'node:crypto';
import type { StorageWriter } from '../storage/storage.js';
import { TOMBSTONE_REVISION } from '../wire/numbers.js';
import { decideAppend, decideEnd } from './decide.js';
import {
  describedStream,
  metadataStreamOf,
  SOFT_DELETE_DATA,
  withTruncateBefore,
} from './stream-metadata.js';
import { lastMetadata, type StreamState, streamState } from './stream-view.js';
import {
  METADATA_TYPE,
  type ProposedEvent,
  type RecordedEvent,
  TOMBSTONE_TYPE,
  type WriteOperation,
  type WriteOutcome,
} from './types.js';

const NOTHING = new Uint8Array(0);

/** One transaction's worth of writing. */
export class WriteGroup {
  /** What was written, in order of position. */
  readonly written: RecordedEvent[] = [];
  private position: number;
  private readonly nowMs: number;

  constructor(
    private readonly storage: StorageWriter,
    start: { readonly lastPosition: number; readonly nowMs: number },
  ) {
    this.position = start.lastPosition;
    this.nowMs = start.nowMs;
  }

  /** Decides the operation and writes what it asks for. */
  apply(operation: WriteOperation): WriteOutcome {
    const { streamName: name, expected } = operation;
    const state = streamState(this.storage, name);
    if (operation.kind === 'append') {
      const decision = decideAppend(this.storage, state, operation);
      if (decision.kind !== 'write') return decision;
      return this.append(name, state, operation.events);
    }
    const decision = decideEnd(state, expected, operation.kind);
    if (decision.kind !== 'write') return decision;
    return operation.kind === 'delete' ? this.softDelete(name) : this.tombstone(name, state);
  }

  private append(name: string, state: StreamState, events: readonly ProposedEvent[]): WriteOutcome {
    if (events.length === 0) {
      const position = state.entry?.lastPosition ?? 0;
      return { kind: 'done', revision: state.lastRevision, position };
    }
    const described = describedStream(name);
    const revivesDescribed =
      described !== undefined && streamState(this.storage, described).softDeleted;
    const outcome = this.write(name, events);
    if (state.softDeleted) this.revive(name, state.lastRevision + 1);
    if (described !== undefined && revivesDescribed) {
      this.revive(described, (this.storage.stream(described)?.lastRevision ?? -1) + 1);
    }
    return outcome;
  }

  /** Soft deletion replaces the metadata; the events stay, before `$tb`. */
  private softDelete(name: string): WriteOutcome {
    return this.write(metadataStreamOf(name), [metadataEvent(SOFT_DELETE_DATA)]);
  }

  /** A revived stream shows its events from `from` on; its other metadata stays as it was. */
  private revive(name: string, from: number): void {
    const metadata = lastMetadata(this.storage, name);
    const revived = metadata && withTruncateBefore(metadata.data, from);
    if (revived !== undefined) this.write(metadataStreamOf(name), [metadataEvent(revived)]);
  }

  private tombstone(name: string, state: StreamState): WriteOutcome {
    const entry = state.entry ?? this.storage.createStream(name);
    this.position += 1;
    const event: RecordedEvent = {
      ...proposal(TOMBSTONE_TYPE, NOTHING, false),
      position: this.position,
      streamName: name,
      revision: TOMBSTONE_REVISION,
      createdMs: this.nowMs,
    };
    this.storage.append([event], { ...entry, tombstonePosition: this.position });
    this.written.push(event);
    return { kind: 'done', revision: TOMBSTONE_REVISION, position: this.position };
  }

  private write(name: string, proposed: readonly ProposedEvent[]): WriteOutcome {
    const before = this.storage.stream(name) ?? this.storage.createStream(name);
    const events = proposed.map((one, index): RecordedEvent => {
      this.position += 1;
      return {
        id: one.id,
        type: one.type,
        isJson: one.isJson,
        data: one.data,
        customMetadata: one.customMetadata,
        position: this.position,
        streamName: name,
        revision: before.lastRevision + 1 + index,
        createdMs: this.nowMs,
      };
    });
    const lastRevision = before.lastRevision + events.length;
    this.storage.append(events, { ...before, lastRevision, lastPosition: this.position });
    for (const event of events) this.written.push(event);
    return { kind: 'done', revision: lastRevision, position: this.position };
  }
}

function metadataEvent(data: Uint8Array): ProposedEvent {
  return proposal(METADATA_TYPE, data, true);
}

function proposal(type: string, data: Uint8Array, isJson: boolean): ProposedEvent {
  return { id: randomUUID(), type, isJson, data, customMetadata: NOTHING };
}
