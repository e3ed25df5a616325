/** Who may be of a class of users, from the read models of users and rentals. */

import * as t from 'io-ts';
import { type BroadcastAudience, recentSeconds } from '../domain/broadcast/index.js';
import { UserId } from '../domain/shared/ids.js';
import { plusSeconds } from '../domain/shared/instant.js';
import type { AudienceAt, Audiences } from '../ports/audiences.js';
import type { Database } from '../ports/database.js';
import type { EventStore } from '../ports/event-store.js';
import { decodeRows, WholeNumberColumn } from '../ports/rows.js';
import { createPositions } from './engine/index.js';
import { rental } from './rental/index.js';
import { user } from './user.js';

/** The read models that the statements below ask. */
const asked = [user, rental];

const catchUpMsMax = 5_000;

/** `$1` is the moment, `$2` the beginning of what counts as recent. */
const conditions: Readonly<Record<BroadcastAudience, string>> = {
  ALL: `status <> 'BANNED'`,
  ACTIVE: `status = 'ACTIVE'`,
  INACTIVE: `status = 'INACTIVE'`,
  NEW: `status <> 'BANNED' AND registered_at >= $2`,
  PREMIUM: `status <> 'BANNED' AND EXISTS (
    SELECT 1 FROM rental.rentals r WHERE r.user_id = u.user_id
      AND r.requested_at BETWEEN $2 AND $1 AND r.started_at IS NOT NULL)`,
};

/** Whoever joined later is not of it. The second condition is true; it lets all have `$2`. */
const people = (audience: BroadcastAudience): string =>
  `FROM users.users u WHERE registered_at <= $1 AND $2::timestamptz <= $1
    AND deleted_at IS NULL AND email IS NOT NULL AND ${conditions[audience]}`;

const timesOf = ({ at }: AudienceAt) => [at, plusSeconds(at, -recentSeconds)] as const;

const IdRow = t.strict({ user_id: UserId });
const CountRow = t.strict({ people: WholeNumberColumn });

interface AudienceTools {
  readonly database: Database;
  readonly store: EventStore;
}

export const createAudiences = ({ database, store }: AudienceTools): Audiences => {
  const positions = createPositions({ database, store, projections: asked });
  return {
    knows: async (position) => {
      for (const { name } of asked) {
        const wait = await positions.waitFor(name, position, { withinMs: catchUpMsMax });
        if (wait.kind === 'late') return false;
      }
      return true;
    },
    count: async (wanted) => {
      const statement = `SELECT count(*) AS people ${people(wanted.audience)}`;
      const rows = await database.query(statement, timesOf(wanted));
      return decodeRows(CountRow, rows)[0]?.people ?? 0;
    },
    page: async (wanted, { after, limit }) => {
      const statement = `SELECT user_id ${people(wanted.audience)}
        AND user_id > $3 ORDER BY user_id LIMIT $4`;
      const rows = await database.query(statement, [...timesOf(wanted), after ?? '', limit]);
      return decodeRows(IdRow, rows).map(({ user_id }) => user_id);
    },
  };
};
