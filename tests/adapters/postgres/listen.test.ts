import { createServer, connect as dial, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import pg from 'pg';
import { listen } from '../../../adapters/postgres/listen.js';
import { memoryLog } from '../../support/log.js';
import { createTestDatabase } from '../../support/postgres.js';

/** Short, so that a test need not wait; a question to a server on this machine takes less. */
const heartbeatMs = 20;
const answerTimeoutMs = 2_000;

/** A line to the server that can fall silent: nothing is closed, and nothing comes through. */
const openLine = async (t: ExecutionContext, serverUrl: string) => {
  const { hostname, port } = new URL(serverUrl);
  const sockets: Socket[] = [];
  const line = createServer((near) => {
    const far = dial({ host: hostname, port: Number(port) });
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) sockets.push(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    line.close();
  });
  const address = line.address();
  const url = new URL(serverUrl);
  url.port = String(address !== null && typeof address === 'object' ? address.port : 0);
  return {
    url: url.href,
    fallSilent: (): void => {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
};

const connectTo = async (connectionString: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString, query_timeout: answerTimeoutMs });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

test('a line that falls silent is noticed, told as lost, and made anew', async (t) => {
  const { url, database } = await createTestDatabase(t);
  const line = await openLine(t, url);
  const stop = new AbortController();
  const story: string[] = [];
  let wake = (): void => undefined;
  const told = async (word: string): Promise<void> => {
    while (!story.includes(word)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const tell = (word: string): void => {
    story.push(word);
    wake();
  };
  const context = { connect: () => connectTo(line.url), heartbeatMs, log: memoryLog() };
  const listening = listen(context, 'news', {
    signal: stop.signal,
    onMessage: tell,
    onListening: () => tell(story.includes('lost') ? 'listening again' : 'listening'),
    onLost: () => tell('lost'),
  });
  await told('listening');
  line.fallSilent();
  await told('listening again');
  await database.execute(`SELECT pg_notify('news', 'heard')`);
  await told('heard');
  stop.abort();
  await listening;
  t.deepEqual(story, ['listening', 'lost', 'listening again', 'heard', 'lost']);
});
