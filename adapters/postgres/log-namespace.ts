import * as t from 'io-ts';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';

const Row = t.strict({ namespace: t.string });

/** How "none" is kept; a namespace is never empty. */
const none = '';

/**
 * Whose database this is (migration `0006-log-namespace`): the namespace of whoever asked first,
 * `null` for none. Its checkpoints are positions in that part of the log. A program that read
 * another part after them would skip, without a word, what is before them there.
 */
export const claimNamespace = async (
  sql: Sql,
  namespace: string | null,
): Promise<string | null> => {
  await sql.execute(
    'INSERT INTO public.log_namespace (namespace) VALUES ($1) ON CONFLICT (only_row) DO NOTHING',
    [namespace ?? none],
  );
  const rows = await sql.query('SELECT namespace FROM public.log_namespace');
  const owner = decodeRows(Row, rows)[0]?.namespace ?? none;
  return owner === none ? null : owner;
};
