import { randomUUID } from 'node:crypto';
import type { ProposedEvent } from '../../ports/event-store.js';

/** Who keeps snapshots, in the metadata of their records. */
const actor = { kind: 'system', id: 'snapshots' } as const;

/**
 * The id is never derived from what is in the record: where the same record has to be written once
 * more, over one that was damaged or dropped, the store would take it for the first one. Nobody
 * looks for a record by its id, so it need not come from outside either.
 */
export const proposeRecord = (type: string, data: unknown): ProposedEvent => {
  const id = randomUUID();
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
