import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import { Instant, isAfter, plusSeconds } from '../../domain/shared/instant.js';
import type { CabinetSecrets } from '../../ports/cabinet-secrets.js';
import type { Clock } from '../../ports/clock.js';
import type { Sql } from '../../ports/database.js';
import type { Log } from '../../ports/log.js';
import { decodeRows } from '../../ports/rows.js';
import { keyBytes, openBytes, sealBytes } from '../cryptography.js';
import { BytesColumn } from './bytes-column.js';

const SecretRow = t.strict({ sealed: BytesColumn, expires_at: Instant });

export interface CabinetSecretsOptions {
  /** 32 bytes, from the configuration; whoever has only the database can read nothing. */
  readonly key: Uint8Array;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/**
 * Secrets in Postgres (migration `0004-cabinet-secrets`), so that the instance that takes one need
 * not be the one that was given it.
 * @throws RangeError when the key has another length.
 */
export const postgresCabinetSecrets = (
  sql: Sql,
  { key, clock, log }: CabinetSecretsOptions,
): CabinetSecrets => {
  if (key.length !== keyBytes) throw new RangeError(`a key of ${keyBytes} bytes is needed`);
  return {
    put: async (secretId, secret, ttlSeconds) => {
      const now = clock.now();
      // Nobody comes for those that are over, so the next one clears them away.
      await sql.execute('DELETE FROM cabinet.secrets WHERE expires_at <= $1', [now]);
      const sealed = sealBytes(Buffer.from(secret, 'utf8'), { key, context: secretId });
      await sql.execute(
        `INSERT INTO cabinet.secrets (secret_id, sealed, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (secret_id) DO UPDATE
           SET sealed = excluded.sealed, expires_at = excluded.expires_at`,
        [secretId, sealed, plusSeconds(now, ttlSeconds)],
      );
    },
    take: async (secretId) => {
      const rows = await sql.query(
        'DELETE FROM cabinet.secrets WHERE secret_id = $1 RETURNING sealed, expires_at',
        [secretId],
      );
      const [row] = decodeRows(SecretRow, rows);
      if (row === undefined || !isAfter(row.expires_at, clock.now())) return O.none;
      const secret = pipe(
        openBytes(row.sealed, { key, context: secretId }),
        O.map((bytes) => bytes.toString('utf8')),
      );
      if (O.isNone(secret)) log.error('a secret could not be opened', { secretId });
      return secret;
    },
  };
};
