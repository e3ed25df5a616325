import * as t from 'io-ts';
import { Instant, plusSeconds } from '../../domain/shared/instant.js';
import { AccountHolder } from '../../ports/accounts/holder.js';
import type { SetupLinks, SetupRedemption } from '../../ports/accounts/setup-links.js';
import type { Database, Sql } from '../../ports/database.js';
import type { Randomness } from '../../ports/randomness.js';
import { decodeRows } from '../../ports/rows.js';
import { hashInTurn, type PasswordTools, writeHash } from './passwords.js';
import { hashOf, newSecret } from './secret-text.js';

const ttlSeconds = 86_400;

const HolderRow = t.strict({
  holder_kind: AccountHolder.type.props.kind,
  holder_id: t.string,
});
const StateRow = t.strict({ expires_at: Instant, used_at: t.union([Instant, t.null]) });

export interface SetupLinksOptions extends PasswordTools {
  readonly database: Database;
  readonly randomness: Randomness;
}

/** Links in Postgres (migration `0008-accounts`). */
export const postgresSetupLinks = (options: SetupLinksOptions): SetupLinks => {
  const { database, clock, randomness } = options;
  return {
    issue: async ({ kind, id }) => {
      const token = newSecret(randomness);
      const expiresAt = plusSeconds(clock.now(), ttlSeconds);
      await database.execute(
        `INSERT INTO account.setup_links (holder_kind, holder_id, token_hash, expires_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (holder_kind, holder_id) DO UPDATE
           SET token_hash = excluded.token_hash, expires_at = excluded.expires_at, used_at = NULL`,
        [kind, id, hashOf(token), expiresAt],
      );
      return { token, expiresAt };
    },
    redeem: async (token, password) => {
      // First, so that nobody makes us hash by showing links that are none.
      const state = await stateOf(database, token, clock.now());
      if (state !== 'good') return { kind: state };
      const hashed = await hashInTurn(options, password);
      return hashed.kind === 'busy' ? hashed : redeem(options, token, hashed.hash);
    },
  };
};

const stateOf = async (
  sql: Sql,
  token: string,
  now: Instant,
): Promise<'good' | 'used' | 'expired' | 'unknown'> => {
  const rows = await sql.query(
    'SELECT expires_at, used_at FROM account.setup_links WHERE token_hash = $1',
    [hashOf(token)],
  );
  const [link] = decodeRows(StateRow, rows);
  if (link === undefined) return 'unknown';
  if (link.used_at !== null) return 'used';
  return link.expires_at <= now ? 'expired' : 'good';
};

/** Of several who come with the same link, one sets the password. */
const redeem = (
  { database, clock }: SetupLinksOptions,
  token: string,
  hash: string,
): Promise<SetupRedemption> =>
  database.transaction(async (transaction) => {
    const now = clock.now();
    const rows = await transaction.query(
      `UPDATE account.setup_links SET used_at = $2
        WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
        RETURNING holder_kind, holder_id`,
      [hashOf(token), now],
    );
    const [row] = decodeRows(HolderRow, rows);
    if (row === undefined) return { kind: 'used' };
    const holder = { kind: row.holder_kind, id: row.holder_id };
    await writeHash(transaction, holder, { hash, now });
    return { kind: 'set', holder };
  });
