/** `powerbank eventstore scavenge`, against the embedded node and against the original's answers. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import {
  type EventStoreNodeOptions,
  startEventStoreNode,
} from '../../adapters/embedded/eventstore/index.js';
import { runProgram } from '../../bin/cli/program.js';
import { certificateFiles, makeCertificate } from '../adapters/eventstore-node/certificates.js';
import { scavenge } from '../adapters/eventstore-node/scavenging.js';
import { withOption } from '../support/event-store-server.js';
import { run } from '../support/program.js';

const command = (url: string, ...options: readonly string[]) =>
  run(['eventstore', 'scavenge', '--url', url, ...options], {});

const started = async (t: ExecutionContext, options: Partial<EventStoreNodeOptions> = {}) => {
  const node = await startEventStoreNode({ port: 0, ...options });
  t.teardown(() => node.stop());
  return node;
};

/** Ten events that nobody sees any more, and one after them. */
const appendHidden = async (t: ExecutionContext, url: string): Promise<void> => {
  const client = EventStoreDBClient.connectionString(url);
  t.teardown(() => client.dispose());
  const event = () => jsonEvent({ type: 'tested', data: {} });
  await client.appendToStream('s', Array.from({ length: 10 }, event));
  await client.tombstoneStream('s');
  await client.appendToStream('t', event());
};

/** A server that answers as the original does, without the numbers that only the node has. */
const original = async (
  t: ExecutionContext,
  answers: Readonly<Record<string, readonly (readonly [status: number, body: unknown])[]>>,
) => {
  const asked: string[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const line = `${request.method} ${request.url}`;
    const known = answers[line] ?? [[404, 'Not Found']];
    const times = asked.filter((one) => one === line).length;
    asked.push(line);
    const [status, body] = known[Math.min(times, known.length - 1)] ?? [500, ''];
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { url: `esdb://127.0.0.1:${port}?tls=false`, asked };
};

test.serial('it starts a scavenge and waits for its end', async (t) => {
  const node = await started(t);
  await appendHidden(t, node.connectionString);
  const { code, stdout, stderr } = await command(node.connectionString);
  t.is(code, 0, stderr);
  t.regex(stdout, /^started scavenge [0-9a-f-]{36}$/m);
  t.regex(
    stdout,
    /is done: 10 events \(0\.0 MB\) reclaimed, \d+ streams looked at, in \d+\.\d s$/m,
  );
});

test.serial('it tells what is running, and what was last', async (t) => {
  const node = await started(t);
  const first = await command(node.connectionString, '--status');
  t.is(first.stdout, 'no scavenge is running, and none has since the server started\n');
  const none = await command(node.connectionString, '--stop');
  t.deepEqual([none.code, none.stdout], [0, 'no scavenge is running\n']);
  await appendHidden(t, node.connectionString);
  await scavenge(node);
  const last = await command(node.connectionString, '--status');
  t.regex(last.stdout, /^no scavenge is running; the last one \(success\): 10 events/);
});

test.serial('credentials and the CA come from the connection string', async (t) => {
  const tls = makeCertificate();
  const { certificateFile } = await certificateFiles(t, tls);
  const users = [
    { name: 'admin', password: 'another', groups: ['$admins'] },
    { name: 'ops', password: 'p@ss:word', groups: ['$ops'] },
  ];
  const node = await started(t, { tls, users });
  const url = withOption(node.connectionString, 'tlsCAFile', certificateFile);
  const named = url.replace('esdb://', `esdb://ops:${encodeURIComponent('p@ss:word')}@`);
  const done = await command(named);
  t.is(done.code, 0, done.stderr);
  const anonymous = await command(url);
  t.is(anonymous.code, 1);
  t.regex(anonymous.stderr, /^--url: an administrator or operator is needed/);
  const mistrusted = await command(node.connectionString.replace('esdb://', 'esdb://ops:x@'));
  t.is(mistrusted.code, 1);
  t.regex(mistrusted.stderr, /^--url: .* does not answer: .*certificate/);
  t.false([done, anonymous, mistrusted].some(({ stderr }) => stderr.includes('p@ss')));
});

test.serial('it goes by the answers of the original, which has no numbers', async (t) => {
  const id = 'a-scavenge';
  const running = { scavengeId: id, scavengeLink: `/admin/scavenge/${id}` };
  const over = { scavengeId: null, scavengeLink: null };
  const { url, asked } = await original(t, {
    'POST /admin/scavenge': [[200, { scavengeId: id }]],
    'GET /admin/scavenge/current': [
      [200, running],
      [200, running],
      [200, over],
    ],
    'GET /admin/scavenge/last': [[200, { ...running, scavengeResult: 'Success' }]],
    'DELETE /admin/scavenge/current': [[200, id]],
  });
  const done = await command(url);
  t.is(done.code, 0, done.stderr);
  t.is(done.stdout, `started scavenge ${id}\nscavenge ${id} is done\n`);
  t.is(asked.filter((line) => line === 'GET /admin/scavenge/current').length, 3);
  const stopped = await command(url, '--stop');
  t.is(stopped.stdout, `stopped scavenge ${id}; another one starts over\n`);
});

test.serial('Ctrl-C leaves it running and says how to look and to stop', async (t) => {
  const { url, asked } = await original(t, {
    'POST /admin/scavenge': [[200, { scavengeId: 'x' }]],
    'GET /admin/scavenge/current': [[200, { scavengeId: 'x' }]],
  });
  let said = '';
  const err = (text: string): void => {
    said += text;
  };
  const args = ['eventstore', 'scavenge', '--url', url];
  const code = runProgram(args, { out: () => undefined, err });
  while (!asked.includes('GET /admin/scavenge/current')) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  // As the system would call it; a real signal would also reach whoever runs the tests.
  process.listeners('SIGINT').at(-1)?.('SIGINT');
  t.is(await code, 1);
  t.is(said, 'scavenge x goes on: --status looks at it, --stop stops it\n');
  t.false(asked.some((line) => line.startsWith('DELETE')));
});

test.serial('what is in the way of a scavenge is one line', async (t) => {
  const busy = await original(t, {
    'POST /admin/scavenge': [[400, 'Scavenge is already running']],
  });
  const failing = await original(t, {
    'POST /admin/scavenge': [[200, { scavengeId: 'x' }]],
    'GET /admin/scavenge/current': [[200, {}]],
    'GET /admin/scavenge/last': [[200, { scavengeId: 'x', scavengeResult: 'Errored' }]],
  });
  const other = await original(t, { 'POST /admin/scavenge': [[200, 'hello']] });
  const unknowing = await original(t, {});
  const cases: readonly (readonly [url: string, says: RegExp])[] = [
    [busy.url, /^a scavenge is running already: --status looks at it, --stop stops it$/],
    [failing.url, /^scavenge x failed; the server's log says why$/],
    [other.url, /^the server answered what no event store does$/],
    [unknowing.url, /^--url: this server knows nothing of scavenges$/],
    ['esdb://127.0.0.1:1?tls=false', /^--url: 127\.0\.0\.1:1 does not answer: /],
    ['http://127.0.0.1:2113', /^--url: must be esdb:\/\/ with the one node that is meant$/],
    ['esdb://one:2113,two:2113', /^--url: must be esdb:\/\/ with the one node that is meant$/],
  ];
  for (const [url, says] of cases) {
    const { code, stderr } = await command(url);
    t.is(code, 1);
    t.regex(stderr.trim(), says);
  }
});
