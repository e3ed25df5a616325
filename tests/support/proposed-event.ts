import { randomUUID } from 'node:crypto';
import type { ProposedEvent } from '../../ports/event-store.js';

/** An event of no feature, for tests of the store itself. */
export const proposed = (type: string, data: unknown = {}): ProposedEvent => ({
  id: randomUUID(),
  type,
  data,
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    actor: { kind: 'system', id: 'test' },
    commandId: 'c',
    schemaVersion: 1,
  },
});

export const collect = async <T>(source: AsyncIterable<T>): Promise<readonly T[]> => {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
};
