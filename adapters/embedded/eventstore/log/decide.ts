/**
 * Whether a write may happen: expected revisions, and idempotence by event ids.
 *
 * The order of the checks is part of the protocol: tombstone first, then the existence of the
 * stream, then ids, then the revision itself.
 */
import type { StorageReader } from '../storage/storage.js';
import type { StreamState } from './stream-view.js';
import type { Expected, ProposedEvent, WriteOutcome } from './types.js';

const WRITE = { kind: 'write' } as const;

/** Either "write it" or the outcome without writing. */
export type Decision = typeof WRITE | WriteOutcome;

/** Decides an append by the stream's state before it. */
export function decideAppend(
  reader: StorageReader,
  state: StreamState,
  request: { readonly expected: Expected; readonly events: readonly ProposedEvent[] },
): Decision {
  const refused = checkExistence(state, request.expected);
  if (refused !== undefined) return refused;
  const { expected, events } = request;
  const { lastRevision } = state;
  if (expected.kind === 'any' || expected.kind === 'stream-exists') {
    return decideById(reader, state, events);
  }
  const revision = expected.kind === 'no-stream' ? -1 : expected.revision;
  if (revision === lastRevision) return WRITE;
  const wrong: Decision = { kind: 'wrong-version', current: lastRevision };
  if (revision > lastRevision) return wrong;
  const revives = expected.kind === 'no-stream' && state.softDeleted;
  const [first] = events;
  if (first === undefined) return revives ? WRITE : wrong;
  const same = (event: ProposedEvent, index: number): boolean =>
    idAt(reader, state, revision + 1 + index) === event.id;
  if (!same(first, 0)) return revives ? WRITE : wrong;
  return events.every(same) ? alreadyDone(reader, state, revision + events.length) : wrong;
}

/** Decides a soft delete or a tombstone; ids play no part, so nothing is idempotent here. */
export function decideEnd(
  state: StreamState,
  expected: Expected,
  kind: 'delete' | 'tombstone',
): Decision {
  const refused = checkExistence(state, expected);
  if (refused !== undefined) return refused;
  const wrong: Decision = { kind: 'wrong-version', current: state.lastRevision };
  if (kind === 'delete' && state.lastRevision < 0 && !state.hasMetadata) return wrong;
  if (expected.kind === 'any' || expected.kind === 'stream-exists') return WRITE;
  if (expected.kind === 'no-stream') {
    return state.lastRevision < 0 || state.softDeleted ? WRITE : wrong;
  }
  return expected.revision === state.lastRevision ? WRITE : wrong;
}

function checkExistence(state: StreamState, expected: Expected): WriteOutcome | undefined {
  if (state.tombstoned) return { kind: 'stream-deleted' };
  if (expected.kind !== 'stream-exists') return undefined;
  if (state.softDeleted) return { kind: 'stream-deleted' };
  const exists = state.lastRevision >= 0 || state.hasMetadata;
  return exists ? undefined : { kind: 'wrong-version', current: -1 };
}

function decideById(
  reader: StorageReader,
  state: StreamState,
  events: readonly ProposedEvent[],
): Decision {
  const { entry } = state;
  const [first] = events;
  if (entry === undefined || first === undefined) return WRITE;
  const revisions = events.map((event) => reader.revisionOfId(entry.number, event.id));
  if (revisions[0] === undefined) return WRITE;
  const last = revisions.at(-1);
  if (last === undefined || revisions.includes(undefined)) {
    return { kind: 'wrong-version', current: state.lastRevision };
  }
  return alreadyDone(reader, state, last);
}

function idAt(reader: StorageReader, state: StreamState, revision: number): string | undefined {
  if (state.entry === undefined) return undefined;
  return reader.eventAt(state.entry.number, revision)?.id;
}

function alreadyDone(reader: StorageReader, state: StreamState, revision: number): WriteOutcome {
  const event = state.entry && reader.eventAt(state.entry.number, revision);
  return { kind: 'done', revision, position: event?.position ?? 0 };
}
