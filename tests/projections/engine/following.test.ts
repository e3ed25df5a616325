import test from 'ava';
import { createMemoryEventStore } from '../../support/memory-event-store.js';
import { memoryMetrics } from '../../support/memory-metrics.js';
import { createLab } from '../../support/projection-lab.js';
import { tally } from '../../support/tally.js';
import { until } from '../../support/until.js';
import { followingSuite } from './suite.js';

followingSuite(test, async () => createMemoryEventStore());

test('an event that is delivered twice counts once', async (t) => {
  const lab = await createLab(t, createMemoryEventStore(undefined, { duplicates: true }));
  const engine = lab.start([tally()], { batchEventsMax: 3 });
  await lab.credit('ann', 100);
  await engine.reached('tally', await lab.credit('ann', 20));
  await engine.reached('tally', await lab.credit('ann', 3));
  t.deepEqual(await lab.database.query('SELECT credits, sum_minor FROM tally.tallies'), [
    { credits: 3n, sum_minor: 123n },
  ]);
});

test('a fault of the schema parks nothing: the projection waits until it is mended', async (t) => {
  const lab = await createLab(t, createMemoryEventStore());
  const engine = lab.start([tally()]);
  await engine.reached('tally', await lab.credit('ann', 1));
  await lab.database.execute('ALTER TABLE tally.tallies RENAME TO mislaid');
  const position = await lab.credit('ann', 1);
  const wait = await engine.positions.waitFor('tally', position, { withinMs: 200 });
  t.deepEqual(wait, { ...wait, kind: 'late', name: 'tally', wanted: position });
  await lab.database.execute('ALTER TABLE tally.mislaid RENAME TO tallies');
  await engine.reached('tally', position);
  t.deepEqual(await lab.database.query('SELECT * FROM projection.parked'), []);
});

test('operators see what was projected, what is parked, and the lag', async (t) => {
  const gauges = new Map<string, number>();
  const metrics = {
    ...memoryMetrics(),
    gauge: (name: string, value: number) => void gauges.set(name, value),
  };
  const lab = await createLab(t, createMemoryEventStore(), metrics);
  const engine = lab.start([tally({ poison: 'poison' })], { lagReportMs: 5 });
  await lab.credit('ann', 1);
  await engine.reached('tally', await lab.adjust('bob', 'poison'));
  const labels = { projection: 'tally' };
  t.is(metrics.counted('events_projected_total', labels), 1);
  t.is(metrics.counted('projection_parked_total', labels), 1);
  await until(() => gauges.get('projection_parked_streams') === 1);
  await until(() => gauges.get('projection_lag_positions') === 0);
});
