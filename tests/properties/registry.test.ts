import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { decodeEvent, eventsByCategory } from '../../domain/registry.js';
import { currentSchemaVersion, type EventDefinitions } from '../../domain/shared/events.js';
import { arbitraryOf } from '../support/arbitrary-of-codec.js';

/** How an event reaches the store and comes back: as text. */
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const samplesPerEvent = 50;

for (const [category, definitions] of Object.entries<EventDefinitions>(eventsByCategory)) {
  for (const [type, definition] of Object.entries(definitions)) {
    test(`${category}: ${type} comes back from the store as it went in`, (t) => {
      const schemaVersion = currentSchemaVersion(definition);
      fc.assert(
        fc.property(arbitraryOf(definition.data), (data) => {
          const stored = throughJson(definition.data.encode(data));
          const read = decodeEvent({ category, type, schemaVersion, data: stored });
          t.deepEqual(read, E.right({ type, data }));
        }),
        { numRuns: samplesPerEvent },
      );
    });
  }
}
