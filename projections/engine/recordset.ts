import type { Column } from './columns.js';

/**
 * Rows as the one parameter of a statement. Both sides take their time for every name and every
 * value, and rows are most of what a batch does: so columns go by numbers instead of their names,
 * and what is `NULL` does not go at all, since a column that is missing is `NULL`.
 */
export interface Recordset<Name extends string> {
  /** What `textOf` has written, as a table `r` with the given columns in their order. */
  readonly source: string;
  /** What a column is called in it. */
  readonly alias: (name: Name) => string;
  /** JSON for `$1` of the statement that `source` is in. */
  readonly textOf: (rows: Iterable<Readonly<Partial<Record<Name, unknown>>>>) => string;
}

/** What JSON writes otherwise than it is, quotes and control characters above all. */
const escaped = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** Most texts need no escaping, and to look is quicker; a position is a number, however long. */
const jsonOf = (value: unknown): string => {
  if (typeof value === 'string' && !escaped.test(value)) return `"${value}"`;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
};

const aliasAt = (index: number): string => `c${index}`;

export const recordsetOf = <Name extends string>(
  columns: readonly (readonly [Name, Column<unknown>])[],
): Recordset<Name> => {
  const names = columns.map(([name]) => name);
  const labels = names.map((_, index) => `"${aliasAt(index)}":`);
  const types = columns.map(([, { type }], index) => `${aliasAt(index)} ${type}`);
  const objectOf = (row: Readonly<Partial<Record<Name, unknown>>>): string => {
    let fields = '';
    for (const [index, name] of names.entries()) {
      const value = row[name];
      if (value === null || value === undefined) continue;
      fields += `${fields === '' ? '' : ','}${labels[index]}${jsonOf(value)}`;
    }
    return `{${fields}}`;
  };
  return {
    source: `json_to_recordset($1) AS r(${types.join(', ')})`,
    alias: (name) => `r.${aliasAt(names.indexOf(name))}`,
    textOf: (rows) => {
      let objects = '';
      for (const row of rows) objects += `${objects === '' ? '' : ','}${objectOf(row)}`;
      return `[${objects}]`;
    },
  };
};
