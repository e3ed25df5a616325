import test from 'ava';
import fc from 'fast-check';
import { postingsBalance, rentalBooksClose } from '../../audit/checks/books.js';
import { chargesAddUp } from '../../audit/checks/charges.js';
import { eventsAreReadable } from '../../audit/checks/readable.js';
import { rentalsWalk } from '../../audit/checks/rentals.js';
import { type RentalEvent, rental } from '../../domain/rental/index.js';
import { currentSchemaVersion } from '../../domain/shared/events.js';
import { instant } from '../../domain/shared/instant.js';
import { findingsIn, type History } from '../support/audited-history.js';
import { proposed } from '../support/proposed-event.js';
import { someSteps, someTerms, walk } from '../support/rental-walk.js';

const runs = process.env.LONG === '1' ? 400 : 120;

/** The stream of one rental, as it would be stored; its accounts are not in it. */
const asStored = (events: readonly RentalEvent[]): History =>
  events.map(({ type, data }, index) => {
    const definition = rental.events[type];
    if (definition === undefined) throw new Error(type);
    const { metadata, ...event } = proposed(type, definition.data.encode(data));
    return {
      ...event,
      metadata: { ...metadata, schemaVersion: currentSchemaVersion(definition) },
      stream: 'rental-r-1',
      revision: BigInt(index),
      position: BigInt(index),
      recordedAt: instant('2026-03-01T04:00:00Z'),
    };
  });

test('whatever a rental decides, auditors of its own facts find nothing', async (t) => {
  const ofRental = [rentalsWalk, chargesAddUp];
  const checks = [eventsAreReadable, ...ofRental, postingsBalance, rentalBooksClose];
  const property = fc.asyncProperty(someTerms, someSteps, async (terms, steps) => {
    const events = walk(terms, steps).flatMap((stride) => stride.events);
    const found = await findingsIn(asStored(events), { checks, settledUpTo: null });
    const told = found.map(({ code, expected, found: what }) => `${code}: ${expected}; ${what}`);
    if (told.length > 0) throw new Error(told.join('\n'));
  });
  const result = await fc.check(property, { numRuns: runs, includeErrorInReport: true });
  t.log(`seed ${result.seed}`);
  t.false(result.failed, fc.defaultReportMessage(result));
});
