import type { Migration } from './index.js';

/**
 * How people get in (`adapters/accounts`). Codes, tokens and passwords are here as hashes only.
 * Of what must not happen twice, the constraints see to it.
 */
export const accounts: Migration = {
  number: 8,
  name: '0008-accounts',
  sql: `
    CREATE TABLE account.otp_challenges (
      purpose text NOT NULL,
      identifier_index text NOT NULL,
      challenge_id uuid NOT NULL,
      code_hash bytea NOT NULL,
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      tries smallint NOT NULL CHECK (tries >= 0),
      tries_until timestamptz NOT NULL,
      PRIMARY KEY (purpose, identifier_index)
    );
    CREATE INDEX otp_challenges_by_expiry ON account.otp_challenges (expires_at);
    COMMENT ON COLUMN account.otp_challenges.code_hash IS
      'HMAC-SHA256 under a pepper that the database does not know.';
    COMMENT ON COLUMN account.otp_challenges.tries_until IS
      'Tries count until then, over all codes of this row.';

    CREATE TABLE account.verification_tokens (
      token_hash bytea PRIMARY KEY,
      purpose text NOT NULL,
      identifier_index text NOT NULL,
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    );
    CREATE INDEX verification_tokens_by_expiry ON account.verification_tokens (expires_at);
    CREATE INDEX verification_tokens_of ON account.verification_tokens (identifier_index);

    CREATE TABLE account.sessions (
      session_id uuid PRIMARY KEY,
      realm text NOT NULL CHECK (realm IN ('app', 'partner', 'staff')),
      holder_kind text NOT NULL,
      holder_id text NOT NULL,
      device_id text,
      opened_at timestamptz NOT NULL,
      last_used_at timestamptz NOT NULL,
      ends_at timestamptz NOT NULL,
      refresh_hash bytea NOT NULL,
      refresh_expires_at timestamptz NOT NULL,
      previous_hash bytea,
      rotated_at timestamptz,
      rotated_by bytea,
      successor bytea,
      revoked_at timestamptz,
      revoked_reason text,
      CHECK (refresh_expires_at <= ends_at),
      CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
      CHECK ((previous_hash IS NULL) = (rotated_at IS NULL))
    );
    CREATE INDEX sessions_of_holder ON account.sessions (holder_kind, holder_id);
    CREATE INDEX sessions_by_expiry ON account.sessions (refresh_expires_at);
    CREATE INDEX sessions_by_revocation ON account.sessions (revoked_at)
      WHERE revoked_at IS NOT NULL;
    CREATE INDEX sessions_with_successor ON account.sessions (rotated_at)
      WHERE successor IS NOT NULL;
    COMMENT ON COLUMN account.sessions.refresh_hash IS
      'SHA-256 of the one refresh token that is good; previous_hash of the one before it.';
    COMMENT ON COLUMN account.sessions.rotated_by IS
      'SHA-256 of what the client called itself when it was given the present token.';
    COMMENT ON COLUMN account.sessions.successor IS
      'The present token, sealed with a key that is derived from the one before it.';

    CREATE TABLE account.revoked_holders (
      holder_kind text NOT NULL,
      holder_id text NOT NULL,
      issued_up_to timestamptz NOT NULL,
      PRIMARY KEY (holder_kind, holder_id)
    );
    CREATE INDEX revoked_holders_by_age ON account.revoked_holders (issued_up_to);
    COMMENT ON TABLE account.revoked_holders IS
      'Access tokens without a session that were issued up to then are void.';

    CREATE TABLE account.passwords (
      holder_kind text NOT NULL,
      holder_id text NOT NULL,
      hash text NOT NULL,
      changed_at timestamptz NOT NULL,
      PRIMARY KEY (holder_kind, holder_id)
    );

    CREATE TABLE account.password_failures (
      name text PRIMARY KEY,
      failures smallint NOT NULL,
      pauses smallint NOT NULL,
      paused_until timestamptz,
      last_at timestamptz NOT NULL
    );
    CREATE INDEX password_failures_by_age ON account.password_failures (last_at);
    COMMENT ON TABLE account.password_failures IS
      'By the name that was given, whether or not there is such an account.';

    CREATE TABLE account.setup_links (
      holder_kind text NOT NULL,
      holder_id text NOT NULL,
      token_hash bytea NOT NULL UNIQUE,
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      PRIMARY KEY (holder_kind, holder_id)
    );
    CREATE INDEX setup_links_by_expiry ON account.setup_links (expires_at);

    CREATE TABLE account.devices (
      user_id text NOT NULL,
      device_id text NOT NULL,
      push_token text,
      type text NOT NULL CHECK (type IN ('ANDROID', 'IOS', 'WEB')),
      name text,
      app_version text,
      os_version text,
      is_active boolean NOT NULL,
      last_used_at timestamptz NOT NULL,
      biometric_hash bytea,
      biometric_enabled_at timestamptz,
      biometric_used_at timestamptz,
      PRIMARY KEY (user_id, device_id),
      CHECK (is_active = (push_token IS NOT NULL)),
      CHECK (is_active OR biometric_hash IS NULL),
      CHECK ((biometric_hash IS NULL) = (biometric_enabled_at IS NULL))
    );
    CREATE UNIQUE INDEX one_user_of_a_device ON account.devices (device_id) WHERE is_active;
    CREATE UNIQUE INDEX one_device_of_a_push_token ON account.devices (push_token)
      WHERE is_active;
  `,
};
