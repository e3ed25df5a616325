import type { Columns, Table } from '../../projections/engine/table.js';
import type { Statement } from '../../projections/hot-reads.js';

/** A condition with one `?` for its value; `null` is a filter that was not asked for. */
export type Condition = readonly [text: string, ...values: readonly unknown[]] | null;

/** `?` of the conditions become `$1`, `$2` … in the order of their values. */
const joined = (
  conditions: readonly Condition[],
): { readonly text: string; readonly values: readonly unknown[] } => {
  const asked = conditions.filter((condition) => condition !== null);
  const values = asked.flatMap(([, ...given]) => given);
  let parameters = 0;
  const texts = asked.map(([text]) =>
    text.replaceAll('?', () => {
      parameters += 1;
      return `$${parameters}`;
    }),
  );
  return { text: texts.length === 0 ? 'true' : texts.join(' AND '), values };
};

/** The filter of a query parameter that may be absent. */
export const when = (text: string, value: unknown): Condition =>
  value === undefined || value === null ? null : [text, value];

/**
 * Rows of one table that fulfil all conditions. Values never enter the text; names of tables and
 * columns are ours.
 */
export const select = <C extends Columns>(
  schema: string,
  table: Table<C>,
  {
    where,
    orderBy,
    limit = null,
  }: {
    readonly where: readonly Condition[];
    readonly orderBy: string;
    readonly limit?: number | null;
  },
): Statement<C> => {
  const { text, values } = joined(where);
  const columns = Object.keys(table.columns).join(', ');
  const bound = limit === null ? '' : ` LIMIT $${values.length + 1}`;
  return {
    table,
    text: `SELECT ${columns} FROM ${schema}.${table.name}
      WHERE ${text} ORDER BY ${orderBy}${bound}`,
    values: limit === null ? values : [...values, limit],
  };
};
