import * as t from 'io-ts';

/** The year 0 is in ISO 8601, but not in the calendar of Postgres. */
const datePattern = /^(?!0000)\d{4}-\d{2}-\d{2}$/;

/** A day of the calendar as text, `2001-02-28`: it has no time zone, and it sorts as text. */
export class CalendarDateType extends t.Type<string, string, unknown> {
  readonly _tag = 'CalendarDateType' as const;

  constructor() {
    const is = (input: unknown): input is string => {
      if (typeof input !== 'string' || !datePattern.test(input)) return false;
      const midnight = new Date(`${input}T00:00:00.000Z`);
      // JavaScript takes the 30th of February for the 1st or 2nd of March.
      return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(input);
    };
    super(
      'CalendarDate',
      is,
      (input, context) => (is(input) ? t.success(input) : t.failure(input, context)),
      t.identity,
    );
  }
}

export const CalendarDate = new CalendarDateType();
