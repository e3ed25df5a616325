import type { Sql } from '../ports/database.js';
import { instant, maybe, minor, position, text } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import { type Handlers, ignored } from './engine/projection.js';
import { loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

/** What users owe for ended rentals. A row with an open sum blocks its user (DUE-1). */
export const dues = defineTable({
  name: 'dues',
  columns: {
    user_id: text,
    rental_id: text,
    /** What is still owed; 0 once it is cleared. */
    owed_minor: minor,
    recorded_at: instant,
    updated_at: instant,
    cleared_at: maybe(instant),
    position,
  },
  key: ['user_id', 'rental_id'],
  constraints: ['CHECK (owed_minor >= 0)', 'CHECK ((cleared_at IS NULL) = (owed_minor > 0))'],
  indexes: ['CREATE INDEX open_dues ON dues (recorded_at, user_id) WHERE cleared_at IS NULL'],
});

type Context = Readonly<{ dues: Rows<RowOf<typeof dues>> }>;

const open = async (sql: Sql, users: readonly string[]): Promise<Context> => ({
  dues: await loadRows(sql, dues, 'user_id', users),
});

const handlers: Handlers<'renter', Context> = {
  DueRecorded: ({ dues: rows }, { rentalId, owed, at }, { streamId, position: here }) =>
    rows.put({
      user_id: streamId,
      rental_id: rentalId,
      owed_minor: owed.minor,
      recorded_at: rows.get(streamId, rentalId)?.recorded_at ?? at,
      updated_at: at,
      cleared_at: null,
      position: here,
    }),
  DueCleared: ({ dues: rows }, { rentalId, at }, { streamId, position: here }) => {
    const cleared = { owed_minor: 0, updated_at: at, cleared_at: at, position: here };
    rows.update([streamId, rentalId], cleared);
  },
  RentalClaimed: ignored,
  OpenRentalBecameOverdue: ignored,
  RentalClaimReleased: ignored,
  SwapCounted: ignored,
  RenterClosed: ignored,
  RenterReopened: ignored,
};

/** Dues by user, as the renter's stream counts them: the same facts that block a start. */
export const due = defineProjection({
  name: 'due',
  version: 1,
  tables: [dues],
  parts: [following('renter', { open, handlers })],
});
