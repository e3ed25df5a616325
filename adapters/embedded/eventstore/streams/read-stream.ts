/** A counted read of one stream, forwards or backwards. */
import { PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import {
  firstVisibleByAge,
  firstVisibleRevision,
  isVisible,
  type StreamState,
  streamState,
} from '../log/stream-view.js';
import { nextTurn } from '../next-turn.js';
import type { StreamEntry } from '../storage/storage.js';
import { eventResponse } from '../wire/event-response.js';
import {
  firstStreamPositionResponse,
  lastStreamPositionResponse,
  streamNotFoundResponse,
} from '../wire/read-response.js';
import { type CallError, streamDeleted } from './errors.js';
import type { ReadRequest } from './read-request.js';
import { resolveFor } from './resolve.js';
import type { ResponseWriter } from './response-writer.js';

type Request = Extract<ReadRequest, { kind: 'stream' }>;

/** Answers the read; resolves with the error to end with, if any. */
export async function readStream(
  log: EventLog,
  request: Request,
  writer: ResponseWriter,
): Promise<CallError | undefined> {
  const state = streamState(log.reader, request.streamName);
  if (state.tombstoned) return streamDeleted(request.streamName);
  const { entry, lastRevision } = state;
  if (entry === undefined || lastRevision < 0 || state.softDeleted) {
    await writer.write(streamNotFoundResponse(request.streamName));
    return undefined;
  }
  const first = firstReadable(log, state, entry);
  const sent = await sendRange(log, { request, state, entry, first }, writer);
  if (request.compatibility < 1) return undefined;
  if (sent === 0 && !request.backwards && first !== request.from) {
    await writer.write(firstStreamPositionResponse(first));
  }
  await writer.write(lastStreamPositionResponse(lastRevision));
  return undefined;
}

interface Range {
  readonly request: Request;
  /** The stream as it was when the read began; later events are not waited for. */
  readonly state: StreamState;
  readonly entry: StreamEntry;
  readonly first: number;
}

async function sendRange(log: EventLog, range: Range, writer: ResponseWriter): Promise<number> {
  const { request, state, entry, first } = range;
  const { backwards } = request;
  let next = startOf(range);
  let sent = 0;
  while (sent < request.countMax && next >= first && next <= state.lastRevision) {
    const eventsMax = Math.min(PAGE_EVENTS_MAX, request.countMax - sent);
    const page = { from: next, backwards, eventsMax, bytesMax: PAGE_BYTES_MAX };
    const events = log.reader.streamPage(entry.number, page);
    for (const event of events) {
      if (writer.isOver || event.revision < first || event.revision > state.lastRevision) {
        return sent;
      }
      next = event.revision + (backwards ? -1 : 1);
      if (!isVisible(state, event, log.now())) continue;
      await writer.write(eventResponse(resolveFor(request, log, event), request.uuidForm));
      sent += 1;
    }
    if (events.length === 0) return sent;
    await nextTurn();
  }
  return sent;
}

function startOf({ request, state, first }: Range): number {
  const { from, backwards } = request;
  if (backwards) {
    if (from === 'start') return 0;
    return from === 'end' ? state.lastRevision : Math.min(from, state.lastRevision);
  }
  if (from === 'end') return state.lastRevision + 1;
  return Math.max(first, from === 'start' ? 0 : from);
}

function firstReadable(log: EventLog, state: StreamState, entry: StreamEntry): number {
  const first = firstVisibleRevision(state);
  return firstVisibleByAge(log.reader, { state, entry, first, nowMs: log.now() });
}
