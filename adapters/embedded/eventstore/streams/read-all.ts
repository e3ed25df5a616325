/** A counted read of `$all`, forwards or backwards, filtered or not. */
import { PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { isHiddenFromAll } from '../log/hidden-streams.js';
import { nextTurn } from '../next-turn.js';
import { eventResponse } from '../wire/event-response.js';
import type { ReadRequest } from './read-request.js';
import { resolveFor } from './resolve.js';
import type { ResponseWriter } from './response-writer.js';

type Request = Extract<ReadRequest, { kind: 'all' }>;

/** Answers the read: forwards from a position on, backwards strictly before it. */
export async function readAll(
  log: EventLog,
  request: Request,
  writer: ResponseWriter,
): Promise<undefined> {
  // The end as it is now: a read does not chase a log that grows faster than it reads.
  const last = log.head;
  const { backwards, countMax, filter } = request;
  let next = startOf(request, last);
  let sent = 0;
  while (sent < countMax && next >= 1 && next <= last) {
    const page = { from: next, backwards, eventsMax: PAGE_EVENTS_MAX, bytesMax: PAGE_BYTES_MAX };
    const events = log.reader.allPage(page);
    for (const event of events) {
      if (writer.isOver || sent === countMax || event.position > last) return;
      next = event.position + (backwards ? -1 : 1);
      if (isHiddenFromAll(event.streamName) || filter?.matches(event) === false) continue;
      await writer.write(eventResponse(resolveFor(request, log, event), request.uuidForm));
      sent += 1;
    }
    if (events.length === 0) return;
    await nextTurn();
  }
}

function startOf({ from, backwards }: Request, last: number): number {
  if (backwards) {
    if (from === 'start') return 0;
    return from === 'end' ? last : Math.min(from - 1, last);
  }
  if (from === 'end') return last + 1;
  return from === 'start' ? 1 : Math.max(from, 1);
}
