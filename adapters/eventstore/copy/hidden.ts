/** Events that readers of a stream do not see, and that a scavenge may take out. */
import { isTombstone, type RawEvent, tombstoneType } from './event.js';
import type { Server } from './server.js';

/** Whether reading its stream does not show the event. A tombstone always shows. */
export const isHidden = async (server: Server, event: RawEvent): Promise<boolean> => {
  if (isTombstone(event)) return false;
  const look = await server.lookAt({ stream: event.stream, from: event.revision });
  return look.kind !== 'event' || look.event.id !== event.id;
};

/**
 * Whether a server that knows the stream would hide the event, if it had it: the target may still
 * lack the metadata for which the source has given the event up.
 */
export const isPast = async (
  server: Server,
  { stream, revision, type }: RawEvent,
): Promise<boolean> => {
  if (type === tombstoneType) return false;
  const look = await server.lookAt({ stream, from: revision });
  if (look.kind === 'event') return look.event.revision > revision;
  if (look.kind !== 'nothing') return true;
  // Beyond the last event that is shown none ever was; but where none is shown, all are hidden.
  return (await server.lookAt({ stream, backwards: true })).kind !== 'event';
};
