import type { Migration } from './index.js';

/** Secrets on their way to a cabinet, sealed with a key that the database does not know. */
export const cabinetSecrets: Migration = {
  number: 4,
  name: '0004-cabinet-secrets',
  sql: `
    CREATE SCHEMA cabinet;

    CREATE TABLE cabinet.secrets (
      secret_id text PRIMARY KEY,
      sealed bytea NOT NULL,
      expires_at timestamptz NOT NULL
    );
    CREATE INDEX secrets_by_expiry ON cabinet.secrets (expires_at);
    COMMENT ON COLUMN cabinet.secrets.sealed IS
      'Nonce, tag and text of AES-256-GCM; the id is authenticated with it.';
  `,
};
