/** An event on its way through a group, from being read to being confirmed. */
import { PAGE_BYTES_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { type ResolvedEvent, resolveLink } from '../log/links.js';
import type { RecordedEvent } from '../log/types.js';

export interface Message {
  /** Order in which the group came to know its events, from 1; below 0 if it is replayed. */
  readonly sequence: number;
  /** What consumers confirm: the id of the event that was read, so the link's if it is one. */
  readonly id: string;
  /** Position of that event in the log, under which it can be read again. */
  readonly position: number;
  /** Its revision in the parked stream, if it is parked and being replayed. */
  readonly parkedRevision: number | undefined;
  /** What the strategy goes by, see `strategies.ts`. */
  readonly lane: number;
  /** Whether it came as it was written, not from storage. */
  readonly live: boolean;
  /** 0 until it is delivered a second time. */
  retryCount: number;
  /**
   * The event itself while it waits for its first delivery. Afterwards it is known by its position
   * only, so that a consumer may hold many without costing memory here.
   */
  body: ResolvedEvent | undefined;
}

/** What is needed to read a message's event again. */
export interface MessageLoader {
  readonly log: EventLog;
  readonly resolveLinks: boolean;
}

/** The event of a message; nothing if it is no longer stored. */
export function loadMessage(
  { log, resolveLinks }: MessageLoader,
  message: Message,
): ResolvedEvent | undefined {
  if (message.body !== undefined) return message.body;
  const from = message.position;
  const page = { from, backwards: false, eventsMax: 1, bytesMax: PAGE_BYTES_MAX };
  const [event] = log.reader.allPage(page);
  if (event === undefined || event.position !== from) return undefined;
  // A parked event is a link to what was parked, whatever the group does with other links.
  return resolve(log, event, resolveLinks || message.parkedRevision !== undefined);
}

/** The event as consumers get it. */
export function resolve(log: EventLog, event: RecordedEvent, resolveLinks: boolean): ResolvedEvent {
  return resolveLinks ? resolveLink(log.reader, event, log.now()) : { event };
}

/** What an event weighs in memory, roughly, bytes. */
export function bodyBytes({ event, link }: ResolvedEvent): number {
  return eventBytes(event) + eventBytes(link);
}

function eventBytes(event: RecordedEvent | undefined): number {
  return event === undefined ? 0 : event.data.length + event.customMetadata.length;
}
