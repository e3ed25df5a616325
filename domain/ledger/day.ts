import { CalendarDate } from '../shared/calendar-date.js';
import { type Instant, instant, kathmanduDay, plusMs } from '../shared/instant.js';

/**
 * The books are kept by the calendar of Nepal: a fact belongs to the day on which it happened in
 * Asia/Kathmandu (UTC+05:45, and never daylight saving). A day is text, `2026-11-22`.
 */
export type Day = string;

const dayMs = 24 * 60 * 60 * 1_000;

/** The day that an instant is in. */
export const dayOf = (at: Instant): Day => kathmanduDay(at);

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

/** Days of the books that may be asked about; all events are in them, and so are their bounds. */
export const isBookDay = (day: string): day is Day =>
  CalendarDate.is(day) && day >= '2000-01-01' && day <= '9000-12-31';
