/** What all reading operations have in common. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { readSettings, type Settings } from '../domain/settings/index.js';
import { branded } from '../domain/shared/brand.js';
import { Instant } from '../domain/shared/instant.js';
import type { Sql } from '../ports/database.js';
import type { Position } from '../ports/event-store.js';
import { cursorOf } from '../ports/http/paging.js';
import { stop } from '../ports/http/problem.js';
import type { Positions } from '../projections/engine/index.js';
import type { Columns, RowIn } from '../projections/engine/table.js';
import { readRows, type Statement } from '../projections/hot-reads.js';
import { settingsNow } from '../projections/settings.js';
import { select } from './queries/select.js';

/** What every reading operation works with. */
export interface ReadTools {
  readonly database: Sql;
  /** How far each read model is. */
  readonly positions: Pick<Positions, 'positionOf' | 'waitFor'>;
}

/** A read model that is further behind than this is told to the client, who may ask again. */
const catchUpMsMax = 5_000;
const retryAfterCatchUpSeconds = 1;

/**
 * Waits until the read models show what the client has written (`X-Min-Position`), and says which
 * position they show. Asked before the rows are read, so that an answer shows at least that much.
 *
 * @throws ProblemError 503 when a read model does not get there in time.
 */
export const upToDate = async (
  { positions }: Pick<ReadTools, 'positions'>,
  names: readonly string[],
  minPosition: Position | null,
): Promise<{ readonly position?: Position }> => {
  if (minPosition !== null) {
    for (const name of names) {
      const wait = await positions.waitFor(name, minPosition, { withinMs: catchUpMsMax });
      if (wait.kind === 'reached') continue;
      throw stop('position_not_reached', {
        retryAfterSeconds: retryAfterCatchUpSeconds,
        facts: { read_model: name, position: wait.position?.toString() ?? null },
      });
    }
    return { position: minPosition };
  }
  const known = names.map((name) => positions.positionOf(name));
  const shown = known.reduce<Position | null>(
    (least, position) =>
      least === null || position === null || position < least ? position : least,
    known[0] ?? null,
  );
  return shown === null ? {} : { position: shown };
};

/** Rows of a statement, decoded. */
export const rowsOf = <C extends Columns>(
  { database }: Pick<ReadTools, 'database'>,
  statement: Statement<C>,
): Promise<readonly RowIn<C>[]> => readRows(database, statement);

/** The one row of a statement, or `null`. */
export const rowOf = async <C extends Columns>(
  tools: Pick<ReadTools, 'database'>,
  statement: Statement<C>,
): Promise<RowIn<C> | null> => (await rowsOf(tools, statement))[0] ?? null;

/** Settings as they were at a position of their read model. */
interface SettingsThen {
  readonly position: Position;
  readonly settings: Settings;
}

/** What was read last, for each program that reads. */
const settingsRead = new WeakMap<ReadTools['positions'], SettingsThen>();

/**
 * Settings as the read model shows them: good enough to show, never to decide from. They hardly
 * ever change, and their read model tells when it has moved; until then they are not read again.
 */
export const settingsShown = async (tools: ReadTools): Promise<Settings> => {
  // Asked before the rows are read: they may be newer than this, and are then read once more.
  const position = tools.positions.positionOf('settings');
  const known = settingsRead.get(tools.positions);
  if (known !== undefined && known.position === position) return known.settings;
  const settings = await readSettingsShown(tools);
  if (position !== null) settingsRead.set(tools.positions, { position, settings });
  return settings;
};

const readSettingsShown = async (tools: Pick<ReadTools, 'database'>): Promise<Settings> => {
  const rows = await rowsOf(tools, select('settings', settingsNow, { where: [], orderBy: 'key' }));
  const texts = rows.flatMap(({ key, value, is_active }): readonly [string, string][] =>
    is_active && value !== null ? [[key, value]] : [],
  );
  const read = readSettings({ values: new Map(texts), presented: new Map() });
  if (E.isRight(read)) return read.right;
  throw stop('service_unavailable', { detail: 'The settings of this network are not complete.' });
};

/** Place in the log: digits, as it may be a 64-bit number, and none that Postgres cannot hold. */
export const LogPlace = branded('LogPlace', /^\d{1,18}$/);

/** Where a page of a list that is ordered by time ended. */
export const TimeCursor = cursorOf('TimeCursor', t.strict({ at: Instant, id: t.string }));
