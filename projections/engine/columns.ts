import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { CalendarDate } from '../../domain/shared/calendar-date.js';
import { Instant } from '../../domain/shared/instant.js';
import { PositionColumn, WholeNumberColumn } from '../../ports/rows.js';

/** A column of a read model: its type in Postgres, and how its values are read. */
export interface Column<A> {
  readonly type: string;
  readonly isNullable: boolean;
  readonly decode: (value: unknown) => t.Validation<A>;
}

/** Only reading matters here: rows are written as JSON, which Postgres turns into its types. */
type Codec<A> = Pick<t.Type<A, unknown, unknown>, 'decode'>;

const column = <A>(type: string, codec: Codec<A>): Column<A> => ({
  type,
  isNullable: false,
  decode: (value) => codec.decode(value),
});

/** Text; a codec of the domain (an id, a closed set of words) narrows it. */
export const text: Column<string> = column('text', t.string);
export const word = <A extends string>(codec: Codec<A>): Column<A> => column('text', codec);
/** Whole paisa; the column's name ends in `_minor`. */
export const minor: Column<number> = column('bigint', WholeNumberColumn);
/** Points, counts, ten-thousandths: any whole number that may grow. */
export const count: Column<number> = column('bigint', WholeNumberColumn);
/** A small whole number: a slot, a percentage, minutes, microdegrees. */
export const small: Column<number> = column('integer', t.number);
export const flag: Column<boolean> = column('boolean', t.boolean);
/** A day of the calendar, without a time zone: `2026-11-22`. */
export const day: Column<string> = column('date', CalendarDate);
export const instant: Column<Instant> = column('timestamptz', Instant);
/** Log position of the event that changed the row last. */
export const position: Column<bigint> = column('bigint', PositionColumn);
/** Number of an event in its stream. */
export const revision: Column<bigint> = column('bigint', PositionColumn);
export const texts: Column<readonly string[]> = column('text[]', t.readonlyArray(t.string));
/** A value that is only ever shown, never searched. */
export const json = <A>(codec: Codec<A>): Column<A> => column('jsonb', codec);

/** The column may be `NULL`, which the program sees as `null`. */
export const maybe = <A>(of: Column<A>): Column<A | null> => ({
  type: of.type,
  isNullable: true,
  decode: (value) => (value === null ? E.right(null) : of.decode(value)),
});
