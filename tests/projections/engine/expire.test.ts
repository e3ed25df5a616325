import test, { type ExecutionContext } from 'ava';
import { instant } from '../../../domain/shared/instant.js';
import { actionLog } from '../../../projections/action-log/index.js';
import { createProjectionEngine, engineLimits } from '../../../projections/engine/index.js';
import { memoryLog } from '../../support/log.js';
import { createMemoryEventStore } from '../../support/memory-event-store.js';
import { memoryMetrics } from '../../support/memory-metrics.js';
import { eventually } from '../../support/network.js';
import { createTestDatabase } from '../../support/postgres.js';
import { proposed } from '../../support/proposed-event.js';
import { createTestClock } from '../../support/test-clock.js';

const never = new AbortController().signal;
const ama = { kind: 'staff', id: 'ama' } as const;
const dayMinutes = 24 * 60;

/** The action log on a log of two changes, one of them almost a year old. */
const openActionLog = async (t: ExecutionContext) => {
  const { database } = await createTestDatabase(t);
  const clock = createTestClock(instant('2026-11-22T06:00:00Z'));
  const store = createMemoryEventStore(clock);
  const change = async (value: string, at: string) => {
    const event = proposed('SettingChanged', { key: 'POINTS_KYC', value, at });
    const metadata = { ...event.metadata, actor: ama };
    return store.append('settings-network', 'any', [{ ...event, metadata }]);
  };
  await change('30', '2025-11-23T06:00:00.000Z');
  const last = await change('40', '2026-11-22T05:00:00.000Z');
  if (last.kind !== 'done') throw new Error(last.kind);
  const metrics = memoryMetrics();
  const parts = { database, store, clock, metrics, log: memoryLog(), limits: engineLimits };
  const engine = createProjectionEngine(parts, [actionLog]);
  const running = async <T>(work: () => Promise<T>): Promise<T> => {
    const stop = new AbortController();
    const ended = engine.run(stop.signal);
    try {
      await engine.positions.waitFor('action_log', last.position, { withinMs: 20_000 });
      return await work();
    } finally {
      stop.abort();
      await ended;
    }
  };
  const changes = () => database.query('SELECT changes FROM action_log.actions ORDER BY position');
  return { clock, engine, metrics, running, changes };
};

const first = { changes: { value: { from: null, to: '30' } } };
const second = { changes: { value: { from: '30', to: '40' } } };

test('an action of a year ago is deleted after a restart, and no rebuild brings it back', async (t) => {
  const { clock, engine, running, changes } = await openActionLog(t);
  t.deepEqual(await running(changes), [first, second]);
  clock.advance({ minutes: dayMinutes });
  t.deepEqual(await changes(), [first, second], 'nobody was there to delete it');
  await running(() => eventually(async () => (await changes()).length === 1));
  t.deepEqual(await changes(), [second], 'what it was before is still known');
  const rebuilt = await engine.rebuild('action_log', { signal: never });
  t.is(rebuilt.kind, 'swapped', 'the copy is equal to the live one');
  t.deepEqual(await changes(), [second]);
});

test('a rebuild deletes by itself what the live copy still has', async (t) => {
  const { clock, engine, running, changes } = await openActionLog(t);
  await running(changes);
  clock.advance({ minutes: dayMinutes });
  t.is((await engine.rebuild('action_log', { signal: never })).kind, 'swapped');
  t.deepEqual(await changes(), [second]);
});

test('P-087: when old rows were last deleted is a metric', async (t) => {
  const { clock, metrics, running } = await openActionLog(t);
  const job = { job: 'read-models' };
  const seconds = Date.parse(clock.now()) / 1_000;
  await running(() =>
    eventually(async () => metrics.gauged('cleanup_succeeded_at_seconds', job) === seconds),
  );
  t.pass();
});
