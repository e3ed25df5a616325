import test from 'ava';
import fc from 'fast-check';
import { Instant } from '../../domain/shared/instant.js';

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** Text in the form of an instant, mostly on days and at times that there are. */
const nearlyInstants = fc
  .tuple(
    fc.integer({ min: 0, max: 9999 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.integer({ min: 0, max: 25 }),
    fc.integer({ min: 0, max: 61 }),
    fc.integer({ min: 0, max: 61 }),
  )
  .map(([year, month, day, hour, minute, second]) => {
    const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
    return `${date}T${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}.000Z`;
  });

/** What JavaScript's calendar gives back unchanged, but for the year 0. */
const isInCalendar = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text && text >= '0001';

test('text is an instant when the calendar has it', (t) => {
  const agrees = (text: string): boolean => Instant.is(text) === isInCalendar(text);
  fc.assert(fc.property(nearlyInstants, agrees), { numRuns: 2_000 });
  for (const day of ['2024-02-29', '2023-02-29', '2026-02-30', '2026-04-31', '2026-12-31']) {
    t.true(agrees(`${day}T12:00:00.000Z`), day);
  }
});
