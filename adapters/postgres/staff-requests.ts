import * as t from 'io-ts';
import type { StaffRequests } from '../../ports/audit-log.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';

const RequestRow = t.strict({
  request_id: t.string,
  address: t.string,
  agent: t.union([t.string, t.null]),
});

/**
 * In Postgres (migration `0010-staff-requests`). Rows go with the person (`accounts.forget`) and by
 * age (`accounts.purge`).
 */
export const postgresStaffRequests = (sql: Sql): StaffRequests => ({
  record: async ({ requestId, staffId, address, agent, at }) => {
    await sql.execute(
      `INSERT INTO account.staff_requests (request_id, staff_id, address, agent, at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (request_id) DO NOTHING`,
      [requestId, staffId, address, agent, at],
    );
  },
  find: async (requestIds) => {
    if (requestIds.length === 0) return new Map();
    const rows = await sql.query(
      'SELECT request_id, address, agent FROM account.staff_requests WHERE request_id = ANY($1)',
      [requestIds],
    );
    return new Map(
      decodeRows(RequestRow, rows).map(({ request_id, address, agent }) => [
        request_id,
        { address, agent },
      ]),
    );
  },
});
