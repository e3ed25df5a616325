import pg from 'pg';

/**
 * How values of Postgres become values of the program, on every connection:
 *
 * - `bigint` → `bigint`, never a float and never text that looks like a number;
 * - `date` → the text of the day, `2026-11-22`: a JavaScript `Date` would be a moment in some zone;
 * - `timestamptz` → ISO 8601 text in UTC with milliseconds, which is the domain's `Instant`.
 *
 * Everything else is as `pg` does it (`numeric` is text, `jsonb` is parsed).
 */
const int8 = 20;
const int8Array = 1016;
const date = 1082;
const timestamptz = 1184;

const bigintsOf = (text: string): readonly bigint[] =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt);

/** As sessions in UTC write it; what is written otherwise is left to `Date`. */
const timestampPattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00$/;

const instantText = (text: string): string => {
  const match = timestampPattern.exec(text);
  if (match === null) return new Date(text).toISOString();
  const [, day = '', time = '', fraction = ''] = match;
  return `${day}T${time}.${fraction.padEnd(3, '0')}Z`;
};

const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<
  number,
  (text: string) => unknown
>([
  [int8, BigInt],
  [int8Array, bigintsOf],
  [date, (text) => text],
  [timestamptz, instantText],
]);

export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format),
};
