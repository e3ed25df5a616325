import * as t from 'io-ts';
import type { StaffRequest, StaffRequests } from '../../ports/audit-log.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { inBatches } from './batches.js';

const RequestRow = t.strict({
  request_id: t.string,
  address: t.string,
  agent: t.union([t.string, t.null]),
});

/** In one order, so that two instances that record the same do not wait in a circle. */
const recordSql = `
  INSERT INTO account.staff_requests (request_id, staff_id, address, agent, at)
  SELECT * FROM json_to_recordset($1) AS asked
    ("requestId" text, "staffId" text, address text, agent text, at timestamptz)
  ORDER BY 1 ON CONFLICT (request_id) DO NOTHING`;

const recordAll = async (sql: Sql, requests: readonly StaffRequest[]): Promise<void> => {
  await sql.execute(recordSql, [JSON.stringify(requests)], 'record-staff-requests');
};

/**
 * In Postgres (migration `0010-staff-requests`). Rows go with the person (`accounts.forget`) and by
 * age (`accounts.purge`).
 */
export const postgresStaffRequests = (sql: Sql): StaffRequests => ({
  record: inBatches({
    keyOf: ({ requestId }) => requestId,
    write: async (requests: readonly StaffRequest[]) => {
      await recordAll(sql, requests);
      return requests.map(() => undefined);
    },
  }),
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
