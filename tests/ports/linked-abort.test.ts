import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { linkedAbort } from '../../ports/linked-abort.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

test('it aborts with any of its sources, for the same reason', (t) => {
  const [one, other] = [new AbortController(), new AbortController()];
  const { signal } = linkedAbort(one.signal, other.signal);
  t.false(signal.aborted);
  other.abort('enough');
  t.true(signal.aborted);
  t.is(signal.reason, 'enough');
  t.false(one.signal.aborted);
});

test('a source that has aborted before counts', (t) => {
  const { signal } = linkedAbort(new AbortController().signal, AbortSignal.abort('before'));
  t.is(signal.reason, 'before');
});

test('its sources keep nothing of it once it is over, however that came', (t) => {
  const role = new AbortController();
  const sources = [role.signal, new AbortController().signal] as const;
  linkedAbort(...sources).abort();
  linkedAbort(...sources, AbortSignal.abort());
  const linked = linkedAbort(...sources);
  t.deepEqual(sources.map(listeners), [1, 1]);
  role.abort();
  t.true(linked.signal.aborted);
  t.deepEqual(sources.map(listeners), [0, 0]);
});

test.serial('however many follow one source, nobody is warned of a leak', async (t) => {
  const warnings: Error[] = [];
  const hear = (warning: Error): void => void warnings.push(warning);
  process.on('warning', hear);
  t.teardown(() => process.off('warning', hear));
  const role = new AbortController();
  const linked = Array.from({ length: 50 }, () => linkedAbort(role.signal));
  // Warnings are told in the next turn.
  await nextTurn();
  role.abort();
  t.true(linked.every(({ signal }) => signal.aborted));
  t.deepEqual(warnings, []);
});
