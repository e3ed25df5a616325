import * as t from 'io-ts';
import type { HealthCheck } from '../../adapters/http/health.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import { decodeRows, WholeNumberColumn } from '../../ports/rows.js';
import { projections } from '../../projections/index.js';
import type { Parts } from '../compose.js';

/** A timer that is due for longer than this has nobody who fires it. */
const timerOverdueSeconds = 60;
/** A read model that misses events recorded longer ago than this has nobody who projects them. */
const projectionLagSecondsMax = 60;

const CountRow = t.strict({ count: WholeNumberColumn });

const countIn = async (
  { database }: Pick<Parts, 'database'>,
  text: string,
  values: readonly unknown[],
): Promise<number> => decodeRows(CountRow, await database.query(text, values))[0]?.count ?? 0;

const ago = ({ clock }: Pick<Parts, 'clock'>, seconds: number): Instant =>
  plusSeconds(clock.now(), -seconds);

/**
 * Whether anything was recorded after a projection's checkpoint, and long enough ago to have been
 * projected. Only the first such event is read.
 */
const isBehind = async (parts: Parts, name: string): Promise<boolean> => {
  const projection = projections.find((each) => each.name === name);
  if (projection === undefined) return false;
  const rows = decodeRows(
    t.strict({ position: t.union([t.bigint, t.null]) }),
    await parts.database.query('SELECT position FROM projection.checkpoints WHERE name = $1', [
      name,
    ]),
  );
  const after = rows[0]?.position ?? null;
  const deadline = ago(parts, projectionLagSecondsMax);
  const { categories } = projection;
  for await (const event of parts.store.readLog(after, { categories })) {
    return event.recordedAt < deadline;
  }
  return false;
};

/** The parts that a whole network needs, whoever runs them; each is asked, none is believed. */
export const healthChecksOf = (parts: Parts): readonly HealthCheck[] => [
  {
    name: 'database',
    isWell: async () => (await parts.database.query('SELECT 1')).length === 1,
  },
  {
    name: 'event_store',
    // An empty log is well too: what counts is that there is an answer.
    isWell: async () => {
      await parts.store.lastPosition();
      return true;
    },
  },
  {
    name: 'projections',
    isWell: async () => {
      const parked = await countIn(parts, 'SELECT count(*) FROM projection.parked', []);
      const behind = await Promise.all(projections.map(({ name }) => isBehind(parts, name)));
      return parked === 0 && !behind.includes(true);
    },
  },
  {
    name: 'processes',
    isWell: async () => {
      const parked = await countIn(parts, 'SELECT count(*) FROM process.parked', []);
      const late = await countIn(parts, 'SELECT count(*) FROM process.timers WHERE due_at < $1', [
        ago(parts, timerOverdueSeconds),
      ]);
      return parked === 0 && late === 0;
    },
  },
];
