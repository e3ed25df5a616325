/** Links as a caller gets to see them. */
import type { Caller } from '../access/callers.js';
import type { EventLog } from '../log/event-log.js';
import { type ResolvedEvent, resolveLink } from '../log/links.js';
import type { RecordedEvent } from '../log/types.js';
import type { ReadSettings } from './read-request.js';

/**
 * The event as the request wants it answered. Anybody may write a link to anything, so a target
 * that the caller may not read by itself stays out of sight, as if it were gone.
 */
export function resolveFor(
  { resolveLinks, caller }: ReadSettings,
  log: EventLog,
  event: RecordedEvent,
): ResolvedEvent {
  if (!resolveLinks) return { event };
  return visibleTo(caller, resolveLink(log.reader, event, log.now()));
}

/** A resolved event without a target that the caller may not read. */
export function visibleTo(caller: Caller, resolved: ResolvedEvent): ResolvedEvent {
  const { event: target, link } = resolved;
  if (link === undefined || target === undefined) return resolved;
  return caller.may('read', target.streamName) ? resolved : { link };
}
