import type { Migration } from './index.js';

/**
 * What the HTTP server remembers between requests and shares between instances. Losing it loses
 * no fact: answers could not be repeated word for word, and limits would start counting anew.
 */
export const http: Migration = {
  number: 2,
  name: '0002-http',
  sql: `
    CREATE SCHEMA http;

    CREATE TABLE http.idempotency_keys (
      scope text NOT NULL,
      key text NOT NULL,
      attempt uuid NOT NULL,
      field_hashes jsonb NOT NULL,
      answer jsonb,
      claimed_until timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (scope, key)
    );
    CREATE INDEX idempotency_keys_by_expiry ON http.idempotency_keys (expires_at);
    COMMENT ON TABLE http.idempotency_keys IS
      'The first answer to each Idempotency-Key; NULL while its request is being carried out.';
    COMMENT ON COLUMN http.idempotency_keys.scope IS 'Caller and operation.';
    COMMENT ON COLUMN http.idempotency_keys.attempt IS
      'Who may write the answer; another one after a crashed request was taken over.';

    CREATE UNLOGGED TABLE http.rate_limits (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    );
    CREATE INDEX rate_limits_by_expiry ON http.rate_limits (expire);
    COMMENT ON TABLE http.rate_limits IS
      'In the form that rate-limiter-flexible prescribes; expire is in milliseconds since 1970.';
  `,
};
