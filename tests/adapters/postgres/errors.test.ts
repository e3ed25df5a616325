import test from 'ava';
import {
  repeatAfterMs,
  retryableCodes,
  toDatabaseError,
} from '../../../adapters/postgres/errors.js';

const failed = (code: string) => toDatabaseError(Object.assign(new Error('failed'), { code }));

const drawers = [
  ['40P01', 'trouble', 'a deadlock'],
  ['57P01', 'trouble', 'a server that is shut down'],
  ['ECONNREFUSED', 'trouble', 'a server that is not there'],
  ['23514', 'data', 'a check that does not hold'],
  ['22003', 'data', 'a number out of range'],
  ['42P01', 'fault', 'a table that does not exist'],
  ['XX000', 'fault', 'an internal error'],
] as const;

for (const [code, kind, meaning] of drawers) {
  test(`${meaning} (${code}) is ${kind}`, (t) => {
    t.is(failed(code).kind, kind);
  });
}

test('a connection that ended under a statement is trouble, although it has no code', (t) => {
  t.is(toDatabaseError(new Error('Connection terminated unexpectedly')).kind, 'trouble');
});

test('contention is repeated a bounded number of times, further and further apart', (t) => {
  const bounds = retryableCodes['40001'];
  const waits = Array.from({ length: 9 }, (_, index) => repeatAfterMs(failed('40001'), index + 1));
  t.is(waits[0], bounds?.delayMsMin ?? null);
  t.is(waits[6], bounds?.delayMsMax ?? null);
  t.is(waits[7], null);
});

test('a transaction that may have committed is never repeated', (t) => {
  t.is(repeatAfterMs(failed('08006'), 1), null);
  t.is(repeatAfterMs(failed('57P01'), 1), null);
});
