import * as t from 'io-ts';

/**
 * A moment in UTC as ISO 8601 text with milliseconds (`2026-11-22T15:30:00.000Z`). Text, because
 * events are read by auditors; this one form, because it sorts as text.
 */
export type Instant = string & { readonly __brand: 'Instant' };

/** The year 0 is in ISO 8601, but not in the calendar of Postgres. */
const year = /(?!0000)\d{4}/.source;
const monthAndDay = /(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/.source;
const time = /(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}/.source;
const instantPattern = new RegExp(`^${year}-${monthAndDay}T${time}Z$`);

/** Months end on different days; the pattern alone is sure of the first 28. */
const isInCalendar = (text: string): boolean =>
  text.slice(8, 10) <= '28' ||
  (!Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text);

export class InstantType extends t.Type<Instant, string, unknown> {
  readonly _tag = 'InstantType' as const;

  constructor() {
    const is = (input: unknown): input is Instant =>
      typeof input === 'string' && instantPattern.test(input) && isInCalendar(input);
    super(
      'Instant',
      is,
      (input, context) => (is(input) ? t.success(input) : t.failure(input, context)),
      t.identity,
    );
  }
}

export const Instant = new InstantType();

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/** Of the one form there is, within the years that it can name. */
const firstMs = Date.parse('0001-01-01T00:00:00.000Z');
const lastMs = Date.parse('9999-12-31T23:59:59.999Z');

const isInstantText = (text: string, epochMs: number): text is Instant =>
  epochMs >= firstMs && epochMs <= lastMs;

export const instantOfMs = (epochMs: number): Instant => {
  const text = new Date(epochMs).toISOString();
  if (!isInstantText(text, epochMs)) throw new Error(`outside of the years 0001 to 9999: ${text}`);
  return text;
};

/** An instant written in code or tests; throws when it is none. */
export const instant = (text: string): Instant => instantOfMs(Date.parse(text));

export const toMs = (at: Instant): number => Date.parse(at);
export const plusMs = (at: Instant, ms: number): Instant => instantOfMs(toMs(at) + ms);
export const plusSeconds = (at: Instant, seconds: number): Instant =>
  plusMs(at, seconds * secondMs);
export const plusMinutes = (at: Instant, minutes: number): Instant =>
  plusMs(at, minutes * minuteMs);

/** Whole minutes from one instant to a later one, fractions dropped; 0 when it is not later. */
export const wholeMinutesBetween = (from: Instant, to: Instant): number =>
  Math.max(0, Math.floor((toMs(to) - toMs(from)) / minuteMs));

export const secondsBetween = (from: Instant, to: Instant): number =>
  (toMs(to) - toMs(from)) / secondMs;

export const isAfter = (left: Instant, right: Instant): boolean => left > right;
export const isBefore = (left: Instant, right: Instant): boolean => left < right;
