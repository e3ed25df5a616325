import type { Sql } from '../ports/database.js';
import { instant, position, text } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers } from './engine/projection.js';
import { loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

/** The stations that users have marked; a row goes when its mark is taken away. */
export const favourites = defineTable({
  name: 'favourites',
  columns: { user_id: text, station: text, since: instant, position },
  key: ['user_id', 'station'],
});

type Context = Readonly<{ favourites: Rows<RowOf<typeof favourites>> }>;

const open = async (sql: Sql, users: readonly string[]): Promise<Context> => ({
  favourites: await loadRows(sql, favourites, 'user_id', users),
});

const handlers: Handlers<'favourite', Context> = {
  StationFavourited: ({ favourites: rows }, { station, at }, { streamId, position: here }) =>
    rows.put({ user_id: streamId, station, since: at, position: here }),
  StationUnfavourited: ({ favourites: rows }, { station }, { streamId }) =>
    rows.remove(streamId, station),
};

/** Favourite stations by user. */
export const favourite = defineProjection({
  name: 'favourite',
  version: 1,
  tables: [favourites],
  parts: [following('favourite', { open, handlers })],
});
