import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { instantOfMs } from '../../domain/shared/instant.js';
import type { RecordedEvent } from '../../ports/event-store.js';

/**
 * Turns the client's event into ours. `null` for what is no event of the program's own making: a
 * link whose target is gone, or binary data.
 */
export const toRecorded = (
  resolved: ResolvedEvent | AllStreamResolvedEvent,
): RecordedEvent | null => {
  const { event } = resolved;
  if (event === undefined || !event.isJson) return null;
  const position = event.position?.commit ?? resolved.commitPosition;
  if (position === undefined) return null;
  return {
    id: event.id,
    stream: event.streamId,
    revision: event.revision,
    position,
    type: event.type,
    data: event.data,
    metadata: event.metadata,
    recordedAt: instantOfMs(event.created.getTime()),
  };
};
