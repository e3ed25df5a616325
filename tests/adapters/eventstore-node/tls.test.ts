import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:net';
import { EventStoreDBClient } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import {
  EventStoreStartError,
  startEventStoreNode,
} from '../../../adapters/embedded/eventstore/index.js';
import { withOption } from '../../support/event-store-server.js';
import { certificateFiles, makeCertificate } from './certificates.js';
import { secureNode } from './secure.js';
import { clientOf, event, events, failure, revisions, Transcript } from './support.js';

const DAY_MS = 86_400_000;

async function startFailure(tls: {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}): Promise<EventStoreStartError> {
  try {
    const node = await startEventStoreNode({ port: 0, tls });
    await node.stop();
  } catch (error) {
    if (error instanceof EventStoreStartError) return error;
    throw error;
  }
  throw new Error('the node started');
}

test.serial('a client that trusts the certificate appends, reads and subscribes', async (t) => {
  const { clientFor, node } = await secureNode(t, {});
  t.is(node.connectionString, `esdb://127.0.0.1:${node.port}?tls=true`);
  const client = clientFor();
  const subscription = new Transcript(client.subscribeToStream('s'));
  await subscription.untilLine('caught up');
  await client.appendToStream('s', events(3));
  t.deepEqual(await revisions(client, 's'), [0, 1, 2]);
  await subscription.untilLine('2@s');
  await subscription.subscription.unsubscribe();
});

test.serial('health is asked over TLS on the same port', async (t) => {
  const { node, ca } = await secureNode(t, {});
  const asked = request({ host: '127.0.0.1', port: node.port, path: '/health/live', ca });
  const answered = once(asked.end(), 'response');
  const [response]: { statusCode?: number }[] = await answered;
  t.is(response?.statusCode, 204);
});

test.serial('a client that does not trust the certificate gets nowhere', async (t) => {
  const { node, clientFor } = await secureNode(t, {});
  const stranger = EventStoreDBClient.connectionString(node.connectionString);
  t.teardown(() => stranger.dispose());
  const error = await failure(stranger.appendToStream('s', event(0)));
  t.is(error.code, status.UNAVAILABLE);
  const other = await certificateFiles(t, makeCertificate());
  const misled = clientOf(t, {
    connectionString: withOption(node.connectionString, 'tlsCAFile', other.certificateFile),
  });
  t.is((await failure(misled.appendToStream('s', event(0)))).code, status.UNAVAILABLE);
  // Nobody else is affected by them.
  await clientFor().appendToStream('s', event(0));
});

test.serial('clear text is no way in', async (t) => {
  const { node } = await secureNode(t, {});
  const socket = connect(node.port, '127.0.0.1');
  socket.on('error', () => t.pass('the connection was reset'));
  socket.write('GET /health/live HTTP/1.1\r\nhost: n\r\n\r\n');
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
  });
  await new Promise((resolve) => socket.once('close', resolve));
  t.notRegex(said, /HTTP/);
});

test.serial('an unfinished handshake does not keep a node from stopping', async (t) => {
  const { node } = await secureNode(t, {});
  const socket = connect(node.port, '127.0.0.1');
  socket.on('error', () => t.log('the connection was reset'));
  await once(socket, 'connect');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await node.stop();
  await closed;
  t.pass();
});

test.serial('what a client would refuse stops the node at its start, in one line', async (t) => {
  const good = makeCertificate();
  const now = Date.now();
  const expired = makeCertificate({ fromMs: now - 2 * DAY_MS, toMs: now - DAY_MS });
  const early = makeCertificate({ fromMs: now + DAY_MS, toMs: now + 2 * DAY_MS });
  const { privateKeyPem } = makeCertificate();
  const cases = [
    [expired, /^the TLS certificate expired on .* GMT$/],
    [early, /^the TLS certificate is not valid before .* GMT$/],
    [{ ...good, privateKeyPem }, /^the private key does not belong to the TLS certificate$/],
    [{ ...good, certificatePem: 'no PEM' }, /^the TLS certificate cannot be used: /],
    [{ ...good, privateKeyPem: '' }, /^the TLS private key cannot be used: /],
    [{ certificatePem: good.privateKeyPem, privateKeyPem }, /^the TLS certificate cannot/],
  ] as const;
  for (const [tls, message] of cases) {
    const error = await startFailure(tls);
    t.is(error.kind, 'tls-unusable');
    t.regex(error.message, message);
    t.false(error.message.includes('\n'));
  }
});
