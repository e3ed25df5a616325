import * as t from 'io-ts';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';

const Line = t.strict({ relation: t.string, line: t.string });

/** Schemas that belong to Postgres itself. */
const ours = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

const columns = `
  SELECT n.nspname || '.' || c.relname AS relation,
         '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
           || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relkind = 'r' AND ${ours}
  ORDER BY 1, a.attnum`;

const constraints = `
  SELECT n.nspname || '.' || c.relname AS relation, '  ' || pg_get_constraintdef(k.oid) AS line
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE k.contype <> 'n' AND ${ours}
  ORDER BY 1, k.contype DESC, 2`;

const indexes = `
  SELECT n.nspname || '.' || c.relname AS relation, pg_get_indexdef(i.indexrelid) || ';' AS line
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${ours} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
  ORDER BY 1, 2`;

const linesOf = async (sql: Sql, question: string): Promise<ReadonlyMap<string, string[]>> => {
  const byRelation = new Map<string, string[]>();
  for (const { relation, line } of decodeRows(Line, await sql.query(question))) {
    byRelation.set(relation, [...(byRelation.get(relation) ?? []), line]);
  }
  return byRelation;
};

/**
 * The whole schema as text: every table with its columns, constraints and indexes, in a fixed
 * order. Made for reading differences, so it is kept in `schema.sql` and compared by a test.
 */
export const describeSchema = async (sql: Sql): Promise<string> => {
  const tables = await linesOf(sql, columns);
  const rules = await linesOf(sql, constraints);
  const extra = await linesOf(sql, indexes);
  const texts = [...tables].map(([relation, lines]) => {
    const body = [...lines, ...(rules.get(relation) ?? [])].join(',\n');
    return [`CREATE TABLE ${relation} (\n${body}\n);`, ...(extra.get(relation) ?? [])].join('\n');
  });
  return `${texts.join('\n\n')}\n`;
};
