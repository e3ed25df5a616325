import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Bug } from '../../domain/shared/assert.js';
import { Instant, plusSeconds } from '../../domain/shared/instant.js';
import type { SocialTickets, TicketKind } from '../../ports/accounts/social-tickets.js';
import type { Clock } from '../../ports/clock.js';
import type { Sql } from '../../ports/database.js';
import type { Randomness } from '../../ports/randomness.js';
import { decodeRows } from '../../ports/rows.js';
import { hashOf, newSecret } from './secret-text.js';

const RedeemedRow = t.strict({ content: t.unknown });
const StateRow = t.strict({ used_at: t.union([Instant, t.null]) });

const contentIn = <Content>({ name, codec }: TicketKind<Content>, stored: unknown): Content => {
  const decoded = codec.decode(stored);
  if (E.isRight(decoded)) return decoded.right;
  throw new Bug(`a ticket of kind ${name} is not as it was written`);
};

export interface SocialTicketsOptions {
  readonly sql: Sql;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomness: Randomness;
}

/** Tickets in Postgres (migration `0009-social-tickets`). */
export const postgresSocialTickets = ({
  sql,
  clock,
  randomness,
}: SocialTicketsOptions): SocialTickets => ({
  issue: async ({ name, ttlSeconds, codec }, { content, proofHash }) => {
    const secret = newSecret(randomness);
    const expiresAt = plusSeconds(clock.now(), ttlSeconds);
    await sql.execute(
      `INSERT INTO account.social_tickets (secret_hash, kind, proof_hash, content, expires_at)
       VALUES ($1, $2, $3, $4, $5)`,
      [
        hashOf(secret),
        name,
        proofHash === null ? null : Buffer.from(proofHash, 'base64url'),
        JSON.stringify(codec.encode(content)),
        expiresAt,
      ],
    );
    return { secret, expiresAt };
  },
  redeem: async (kind, { secret, proof }) => {
    const now = clock.now();
    const which = [hashOf(secret), kind.name, proof === null ? null : hashOf(proof)];
    const rows = await sql.query(
      `UPDATE account.social_tickets SET used_at = $4
        WHERE secret_hash = $1 AND kind = $2 AND proof_hash IS NOT DISTINCT FROM $3
          AND used_at IS NULL AND expires_at > $4
       RETURNING content`,
      [...which, now],
    );
    const [redeemed] = decodeRows(RedeemedRow, rows);
    if (redeemed === undefined) return { kind: await whyNot(sql, which) };
    return { kind: 'redeemed', content: contentIn(kind, redeemed.content) };
  },
});

const whyNot = async (
  sql: Sql,
  which: readonly unknown[],
): Promise<'used' | 'expired' | 'unknown'> => {
  const rows = await sql.query(
    `SELECT used_at FROM account.social_tickets
      WHERE secret_hash = $1 AND kind = $2 AND proof_hash IS NOT DISTINCT FROM $3`,
    which,
  );
  const [state] = decodeRows(StateRow, rows);
  if (state === undefined) return 'unknown';
  return state.used_at === null ? 'expired' : 'used';
};
