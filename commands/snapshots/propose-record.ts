import type { ProposedEvent } from '../../ports/event-store.js';
import { deriveId } from '../context.js';

/** Who keeps snapshots, in the metadata of their records. */
const actor = { kind: 'system', id: 'snapshots' } as const;

/** The same record of the same stream has the same id: written twice, it stands there once. */
export const proposeRecord = (place: string, type: string, data: unknown): ProposedEvent => {
  const id = deriveId('snapshot', place, JSON.stringify(data));
  return {
    id,
    type,
    data,
    metadata: {
      $correlationId: id,
      $causationId: id,
      actor,
      commandId: id,
      schemaVersion: 1,
    },
  };
};
