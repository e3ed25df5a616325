import type { Migration } from './index.js';

/**
 * The keys of personal data (`adapters/personal-data`). Nothing here follows from the log: without
 * these rows the sealed texts in the log stay closed for ever.
 */
export const personalKeys: Migration = {
  number: 7,
  name: '0007-personal-keys',
  sql: `
    CREATE SCHEMA account;
    COMMENT ON SCHEMA account IS
      'Secrets and operational state of accounts. The log does not give them back: back them up.';

    CREATE TABLE account.master_keys (
      key_id text PRIMARY KEY,
      is_active boolean NOT NULL,
      registered_at timestamptz NOT NULL
    );
    CREATE UNIQUE INDEX one_active_master_key ON account.master_keys (is_active) WHERE is_active;
    COMMENT ON TABLE account.master_keys IS
      'Names of the master keys that wrap rows of personal_keys; the keys are in no database.';
    COMMENT ON COLUMN account.master_keys.is_active IS 'New keys are wrapped with this one.';

    CREATE TABLE account.personal_keys (
      subject text PRIMARY KEY,
      wrapped bytea,
      master_key_id text REFERENCES account.master_keys,
      created_at timestamptz NOT NULL,
      destroyed_at timestamptz,
      CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)),
      CHECK ((wrapped IS NULL) = (master_key_id IS NULL))
    );
    CREATE INDEX personal_keys_by_master ON account.personal_keys (master_key_id, subject)
      WHERE master_key_id IS NOT NULL;
    COMMENT ON COLUMN account.personal_keys.subject IS 'user:id, staff:id or partner:id.';
    COMMENT ON COLUMN account.personal_keys.wrapped IS
      'Nonce, tag and key under AES-256-GCM; the subject is authenticated with it.';
    COMMENT ON COLUMN account.personal_keys.destroyed_at IS
      'From then on the row is a tombstone: this subject never gets a key again.';

    CREATE TABLE account.identifier_key (
      key_id text PRIMARY KEY,
      registered_at timestamptz NOT NULL
    );
    CREATE UNIQUE INDEX one_identifier_key ON account.identifier_key ((true));
    COMMENT ON TABLE account.identifier_key IS
      'Name of the key of all blind indexes in the log and in read models; it never changes.';
  `,
};
