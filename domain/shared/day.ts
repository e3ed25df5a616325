import { Instant, instant, instantOfMs, plusMs, toMs } from './instant.js';

/**
 * The books are kept by the calendar of Nepal: a fact belongs to the day on which it happened in
 * Asia/Kathmandu (UTC+05:45, and never daylight saving). A day is text, `2026-11-22`.
 */
export type Day = string;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const kathmanduOffsetMs = (5 * 60 + 45) * minuteMs;

/** The day that an instant is in. */
export const dayOf = (at: Instant): Day => instantOfMs(toMs(at) + kathmanduOffsetMs).slice(0, 10);

/**
 * The first instant of a day: `2026-11-22` begins at `2026-11-21T18:15:00.000Z`. A day ends where
 * the next one begins.
 *
 * @throws Error when it is no day of the calendar.
 */
export const startOfDay = (day: Day): Instant => instant(`${day}T00:00:00.000+05:45`);

/** The day after, or before with a negative number. */
export const plusDays = (day: Day, days: number): Day =>
  dayOf(plusMs(startOfDay(day), days * dayMs));

/** The last millisecond of a day: instants have no smaller parts. */
export const endOfDay = (day: Day): Instant => plusMs(startOfDay(plusDays(day, 1)), -1);

/** All facts are between these two; whoever asks about times beyond them gets the same answer. */
const firstDay: Day = '2000-01-01';
const lastDay: Day = '8999-12-31';

const clamped = (text: string, first: string, last: string): string => {
  if (text < first) return first;
  return text > last ? last : text;
};

const clampedDay = (day: Day): Day => clamped(day, firstDay, lastDay);
const clampedInstant = (at: Instant): Instant =>
  instant(clamped(at, startOfDay(firstDay), endOfDay(lastDay)));

/** Where a period begins that is said to begin at an instant, or on a day. */
export const firstInstantOf = (moment: Instant | Day): Instant =>
  Instant.is(moment) ? clampedInstant(moment) : startOfDay(clampedDay(moment));

/** Where a period ends, itself included, that is said to end at an instant, or with a day. */
export const lastInstantOf = (moment: Instant | Day): Instant =>
  Instant.is(moment) ? clampedInstant(moment) : endOfDay(clampedDay(moment));
