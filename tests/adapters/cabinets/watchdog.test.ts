import test from 'ava';
import {
  beatDue,
  echoHeard,
  freshWatchdog,
  mustRestart,
  restarted,
} from '../../../adapters/embedded/cabinets/watchdog.js';

test('echoed heartbeats are never missed', (t) => {
  const watchdog = [1, 2, 3].reduce((state) => echoHeard(beatDue(state)), freshWatchdog);
  t.deepEqual(watchdog, freshWatchdog);
});

test('two misses in a row restart the cabinet, one does not', (t) => {
  const once = beatDue(beatDue(freshWatchdog));
  t.is(once.missedInARow, 1);
  t.false(mustRestart(once));
  t.true(mustRestart(beatDue(once)));
});

test('an echo between two misses starts the count again but not the total', (t) => {
  const recovered = echoHeard(beatDue(beatDue(freshWatchdog)));
  const again = beatDue(beatDue(recovered));
  t.deepEqual(again, { awaitsEcho: true, missedInARow: 1, missedTotal: 2 });
  t.false(mustRestart(again));
  t.deepEqual(restarted(again), { awaitsEcho: false, missedInARow: 0, missedTotal: 2 });
});
