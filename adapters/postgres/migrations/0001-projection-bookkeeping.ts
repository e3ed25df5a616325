import type { Migration } from './index.js';

/**
 * What every projection needs beside its own tables: how far it has come, and what it could not
 * project. A parked event is kept as a reference only; its data stays in the log.
 */
export const projectionBookkeeping: Migration = {
  number: 1,
  name: '0001-projection-bookkeeping',
  sql: `
    CREATE SCHEMA projection;

    CREATE TABLE projection.checkpoints (
      name text PRIMARY KEY,
      version integer NOT NULL,
      position bigint,
      recorded_at timestamptz,
      updated_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON COLUMN projection.checkpoints.position IS
      'Everything up to here is in the tables; NULL before the first event.';
    COMMENT ON COLUMN projection.checkpoints.recorded_at IS
      'When the last projected event was recorded in the log.';

    CREATE TABLE projection.parked (
      name text NOT NULL,
      stream text NOT NULL,
      position bigint NOT NULL,
      revision bigint NOT NULL,
      event_id uuid NOT NULL,
      event_type text NOT NULL,
      is_poison boolean NOT NULL,
      error text,
      parked_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (name, stream, position),
      CHECK (is_poison = (error IS NOT NULL))
    );
    COMMENT ON TABLE projection.parked IS
      'Streams that a projection has set aside: the poison event, and all that came after it.';
  `,
};
