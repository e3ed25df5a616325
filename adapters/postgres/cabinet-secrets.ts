import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import { Instant, isAfter, plusSeconds } from '../../domain/shared/instant.js';
import type { CabinetSecrets } from '../../ports/cabinet-secrets.js';
import type { Clock } from '../../ports/clock.js';
import type { Sql } from '../../ports/database.js';
import type { Log } from '../../ports/log.js';
import { decodeRows } from '../../ports/rows.js';

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** The id is authenticated with the text, so that a sealed secret fits no other id. */
const seal = (key: Uint8Array, secretId: string, secret: string): Buffer => {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(secretId, 'utf8'));
  const text = Buffer.concat([sealing.update(secret, 'utf8'), sealing.final()]);
  return Buffer.concat([nonce, sealing.getAuthTag(), text]);
};

/** None when it was sealed with another key or for another id, or was tampered with. */
const open = (key: Uint8Array, secretId: string, sealed: Buffer): O.Option<string> => {
  const nonce = sealed.subarray(0, nonceBytes);
  const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
  if (tag.length < tagBytes) return O.none;
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  opening.setAAD(Buffer.from(secretId, 'utf8')).setAuthTag(tag);
  return O.tryCatch(() => {
    const text = opening.update(sealed.subarray(nonceBytes + tagBytes));
    return Buffer.concat([text, opening.final()]).toString('utf8');
  });
};

const SecretRow = t.strict({
  sealed: new t.Type<Buffer, Buffer, unknown>(
    'Bytes',
    (input): input is Buffer => Buffer.isBuffer(input),
    (input, context) => (Buffer.isBuffer(input) ? t.success(input) : t.failure(input, context)),
    t.identity,
  ),
  expires_at: Instant,
});

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
      await sql.execute(
        `INSERT INTO cabinet.secrets (secret_id, sealed, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (secret_id) DO UPDATE
           SET sealed = excluded.sealed, expires_at = excluded.expires_at`,
        [secretId, seal(key, secretId, secret), plusSeconds(now, ttlSeconds)],
      );
    },
    take: async (secretId) => {
      const rows = await sql.query(
        'DELETE FROM cabinet.secrets WHERE secret_id = $1 RETURNING sealed, expires_at',
        [secretId],
      );
      const [row] = decodeRows(SecretRow, rows);
      if (row === undefined || !isAfter(row.expires_at, clock.now())) return O.none;
      const secret = open(key, secretId, row.sealed);
      if (O.isNone(secret)) log.error('a secret could not be opened', { secretId });
      return secret;
    },
  };
};
