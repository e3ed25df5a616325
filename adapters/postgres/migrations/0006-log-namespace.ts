import type { Migration } from './index.js';

/** To which log the checkpoints of this database belong; see `claimNamespace`. */
export const logNamespace: Migration = {
  number: 6,
  name: '0006-log-namespace',
  sql: `
    CREATE TABLE public.log_namespace (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      namespace text NOT NULL
    );
    COMMENT ON COLUMN public.log_namespace.namespace IS
      'Namespace in the event store that everything here was made from; empty text is none.';
  `,
};
