import test from 'ava';
import { createLog } from '../../adapters/logging.js';
import { createTestClock } from '../support/test-clock.js';

const createKeptLog = (level: 'debug' | 'info' = 'info') => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const clock = createTestClock();
  return { lines, log: createLog({ level, clock, destination, fields: { roles: 'api' } }) };
};

const parse = (line = ''): Record<string, unknown> => JSON.parse(line);

test('a line is one JSON object with level, time, message and fields', (t) => {
  const { log, lines } = createKeptLog();
  log.with({ correlationId: 'c-1' }).info('rental started', { rentalId: 'r-1', position: 12n });
  t.deepEqual(parse(lines[0]), {
    level: 'info',
    time: '2026-11-22T06:00:00.000Z',
    roles: 'api',
    correlationId: 'c-1',
    rentalId: 'r-1',
    position: '12',
    message: 'rental started',
  });
});

test('secrets appear nowhere, wherever they were put (P-121)', (t) => {
  const { log, lines } = createKeptLog();
  log.with({ tokenSecret: 'hunter2' }).error('failed with Bearer hunter2.x', {
    authorization: 'Bearer hunter2',
    headers: { Cookie: 'hunter2', accept: 'json' },
    body: [{ new_password: 'hunter2', wifi_password: 'hunter2', otp: 'hunter2', pin: 'hunter2' }],
    url: 'postgres://app:hunter2@db/powerbank',
    error: new Error('no route to mqtt://u:hunter2@host', { cause: { apiKey: 'hunter2' } }),
  });
  t.notRegex(lines.join(''), /hunter2/);
  t.regex(lines.join(''), /"accept":"json"/);
  t.regex(lines.join(''), /postgres:\/\/app:\[redacted\]@db\/powerbank/);
});

test('an error keeps its type, message, stack and cause', (t) => {
  const { log, lines } = createKeptLog();
  log.warn('trouble', { error: new TypeError('outer', { cause: new Error('inner') }) });
  const { error } = parse(lines[0]);
  t.like(error, { type: 'TypeError', message: 'outer', cause: { message: 'inner' } });
});

test('cycles, deep and long things end', (t) => {
  const { log, lines } = createKeptLog();
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  log.info('odd', { cycle, list: Array.from({ length: 1_000 }), bytes: Buffer.alloc(9) });
  t.regex(lines[0] ?? '', /\[deeper\]/);
  t.regex(lines[0] ?? '', /\[9 bytes\]/);
  t.true((lines[0] ?? '').length < 1_000);
});

test('lines below the level are not written', (t) => {
  const { log, lines } = createKeptLog('info');
  log.debug('quiet');
  t.deepEqual(lines, []);
});
