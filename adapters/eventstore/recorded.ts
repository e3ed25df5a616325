import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { instantOfMs } from '../../domain/shared/instant.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import type { Names } from './names.js';
import { noPosition } from './wire.js';

/**
 * Turns the client's event into ours. `null` for what is no event of the program's own making: one
 * of another namespace or of the server, a link whose target is gone, or binary data.
 */
export const toRecorded = (
  resolved: ResolvedEvent | AllStreamResolvedEvent,
  names: Names,
): RecordedEvent | null => {
  const { event } = resolved;
  if (event === undefined || !event.isJson) return null;
  const stream = names.ours(event.streamId);
  const own = event.position?.commit;
  const position = own === noPosition ? resolved.commitPosition : (own ?? resolved.commitPosition);
  if (stream === null || position === undefined) return null;
  return {
    id: event.id,
    stream,
    revision: event.revision,
    position,
    type: event.type,
    data: event.data,
    metadata: event.metadata,
    recordedAt: instantOfMs(event.created.getTime()),
  };
};
