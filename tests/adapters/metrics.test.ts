import test from 'ava';
import { metricsRoute } from '../../adapters/http/metrics-route.js';
import { createMetrics } from '../../adapters/metrics.js';
import { startServer } from '../support/http-server.js';
import { memoryLog } from '../support/log.js';

const create = () => {
  const log = memoryLog();
  return { log, metrics: createMetrics({ log, withProcessMetrics: false }) };
};

test('what is counted, set and timed is exposed with its labels', async (t) => {
  const { metrics } = create();
  metrics.count('commands_total', { aggregate: 'wallet', outcome: 'done' });
  metrics.count('commands_total', { aggregate: 'wallet', outcome: 'done' }, 2);
  metrics.gauge('timers_waiting', 5);
  metrics.observeSeconds('command_seconds', 0.003, { aggregate: 'wallet' });
  const { text, contentType } = await metrics.exposition();
  t.regex(contentType, /^text\/plain/);
  t.regex(text, /^powerbank_commands_total\{aggregate="wallet",outcome="done"\} 3$/m);
  t.regex(text, /^powerbank_timers_waiting 5$/m);
  t.regex(text, /^powerbank_command_seconds_bucket\{le="0.005",aggregate="wallet"\} 1$/m);
});

test('a label that the table does not know never breaks the work that is counted', (t) => {
  const { metrics, log } = create();
  t.notThrows(() => metrics.count('commands_total', { colour: 'red' }));
  t.like(log.lines[0], { level: 'warn', fields: { metric: 'commands_total' } });
});

test('requests are counted by operation and never by path', async (t) => {
  const { metrics } = create();
  const server = await startServer(t, { metrics, rawRoutes: [metricsRoute(metrics, null)] });
  await server.send('/api/users/12345');
  const { status, text } = await server.send('/metrics');
  t.is(status, 200);
  t.regex(text, /http_requests_total\{operation="none",method="GET",status="404"\} 1/);
  t.notRegex(text, /12345/);
});

test('with a token configured, only who shows it reads the metrics', async (t) => {
  const { metrics } = create();
  const server = await startServer(t, { rawRoutes: [metricsRoute(metrics, 'open-sesame')] });
  const statusWith = async (authorization: string) =>
    (await server.send('/metrics', { headers: { authorization } })).status;
  t.is(await statusWith('Bearer open-sesame'), 200);
  t.is(await statusWith('Bearer wrong'), 401);
  t.is((await server.send('/metrics')).status, 401);
});
