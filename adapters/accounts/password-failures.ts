import * as t from 'io-ts';
import { Instant } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';

/** Wrong passwords in a row, until there is a pause (AUTH-12). */
const failuresMax = 5;
/** The first pause; each that follows without a success lasts twice as long as the one before. */
const pauseSecondsMin = 900;
/** A stranger can pause somebody's account, so a pause must not last for ever. */
const pauseSecondsMax = 7_200;
/** Doublings from the shortest pause to the longest. */
const doublingsMax = Math.ceil(Math.log2(pauseSecondsMax / pauseSecondsMin));

const TriedRow = t.strict({ failures: t.number });
const PausedRow = t.strict({ paused_until: t.union([Instant, t.null]) });

export type Try = { readonly kind: 'taken' } | { readonly kind: 'paused'; readonly until: Instant };

/**
 * Takes a try before anything is compared: it counts as failed until `clearFailures`. So of any
 * number that come at once no more are compared than there are tries; the last one begins the
 * pause. Names are counted whether or not there is such an account, so a pause tells nothing.
 */
export const takeTry = async (sql: Sql, name: string, now: Instant): Promise<Try> => {
  // A row that is not paused has fewer failures than begin a pause; one whose pause is over starts
  // again with one.
  const rows = await sql.query(
    `INSERT INTO account.password_failures AS known (name, failures, pauses, last_at)
     VALUES ($1, 1, 0, $2)
     ON CONFLICT (name) DO UPDATE
       SET failures = CASE WHEN known.paused_until IS NULL THEN known.failures + 1 ELSE 1 END,
           pauses = CASE WHEN known.failures + 1 = $3 THEN known.pauses + 1 ELSE known.pauses END,
           paused_until = CASE WHEN known.failures + 1 = $3
             THEN $2::timestamptz + least(power(2, least(known.pauses, $4)) * $5, $6)
               * interval '1 second' END,
           last_at = $2
       WHERE known.paused_until IS NULL OR known.paused_until <= $2
     RETURNING failures`,
    [name, now, failuresMax, doublingsMax, pauseSecondsMin, pauseSecondsMax],
  );
  if (decodeRows(TriedRow, rows).length === 1) return { kind: 'taken' };
  const paused = await sql.query(
    'SELECT paused_until FROM account.password_failures WHERE name = $1',
    [name],
  );
  // Cleared between the two statements: whoever comes next is heard.
  return { kind: 'paused', until: decodeRows(PausedRow, paused)[0]?.paused_until ?? now };
};

/** The password was right. */
export const clearFailures = async (sql: Sql, name: string): Promise<void> => {
  await sql.execute('DELETE FROM account.password_failures WHERE name = $1', [name]);
};
