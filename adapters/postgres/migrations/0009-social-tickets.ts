import type { Migration } from './index.js';

/** The steps of signing in at Google or Apple (`adapters/accounts/social-tickets.ts`). */
export const socialTickets: Migration = {
  number: 9,
  name: '0009-social-tickets',
  sql: `
    CREATE TABLE account.social_tickets (
      secret_hash bytea PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('visit', 'nonce', 'hand-over')),
      proof_hash bytea,
      content jsonb NOT NULL,
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    );
    CREATE INDEX social_tickets_by_expiry ON account.social_tickets (expires_at);
    COMMENT ON COLUMN account.social_tickets.proof_hash IS
      'SHA-256 of what has to come with the secret; null when nothing has to.';
  `,
};
