import type { Migration } from './index.js';

/** From where staff sent what may have changed something (ADR 16). */
export const staffRequests: Migration = {
  number: 10,
  name: '0010-staff-requests',
  sql: `
    CREATE TABLE account.staff_requests (
      request_id text PRIMARY KEY,
      staff_id text NOT NULL,
      address text NOT NULL,
      agent text,
      at timestamptz NOT NULL
    );
    CREATE INDEX staff_requests_by_age ON account.staff_requests (at);
    CREATE INDEX staff_requests_of ON account.staff_requests (staff_id);
    COMMENT ON TABLE account.staff_requests IS
      'Personal data: rows are deleted by age and with the person; no fact depends on them.';
    COMMENT ON COLUMN account.staff_requests.request_id IS
      'The causation id of the events that the request led to, if it led to any.';
  `,
};
