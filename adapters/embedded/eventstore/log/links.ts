/** Links: events of type `$>` whose data names another event as `<revision>@<stream>`. */
import type { StorageReader } from '../storage/storage.js';
import { isVisible, streamState } from './stream-view.js';
import { LINK_TYPE, type RecordedEvent } from './types.js';

const REVISION = /^-?\d{1,19}$/;

/** An event as it is answered. At least one of the two is there. */
export interface ResolvedEvent {
  /** The event itself or, with a link, its target; absent if the target is gone. */
  readonly event?: RecordedEvent;
  readonly link?: RecordedEvent;
}

/** Follows the event if it is a link; any other event comes back as it is. */
export function resolveLink(
  reader: StorageReader,
  event: RecordedEvent,
  nowMs: number,
): ResolvedEvent {
  if (event.type !== LINK_TYPE) return { event };
  const text = Buffer.from(event.data).toString('utf8');
  // Stream names may hold an "@" themselves, so only the first one divides.
  const at = text.indexOf('@');
  const revision = text.slice(0, Math.max(at, 0));
  if (!REVISION.test(revision)) return { event };
  const target = visibleEvent(reader, text.slice(at + 1), { revision: Number(revision), nowMs });
  return target === undefined ? { link: event } : { event: target, link: event };
}

function visibleEvent(
  reader: StorageReader,
  streamName: string,
  at: { readonly revision: number; readonly nowMs: number },
): RecordedEvent | undefined {
  const state = streamState(reader, streamName);
  const { entry } = state;
  const outside = at.revision < 0 || at.revision > state.lastRevision;
  if (entry === undefined || outside || state.tombstoned || state.softDeleted) return undefined;
  const event = reader.eventAt(entry.number, at.revision);
  return event !== undefined && isVisible(state, event, at.nowMs) ? event : undefined;
}
