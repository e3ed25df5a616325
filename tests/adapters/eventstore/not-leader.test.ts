import type { ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { createHandler } from '../../../commands/handler.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { EntryId } from '../../../domain/shared/ids.js';
import { instant } from '../../../domain/shared/instant.js';
import { rupees } from '../../../domain/shared/money.js';
import { wallet } from '../../../domain/wallet/index.js';
import type { EventStore } from '../../../ports/event-store.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { testContext } from '../../support/house.js';
import { memoryLog } from '../../support/log.js';
import { noMetrics } from '../../support/no-metrics.js';
import { collect, proposed } from '../../support/proposed-event.js';

/** A store whose connection string leads to a follower, and one that asks the leader itself. */
const cluster = async (t: ExecutionContext) => {
  const leader = await startEventStoreNode({ port: 0 });
  const follower = await startEventStoreNode({
    port: 0,
    leader: { host: '127.0.0.1', port: leader.port },
  });
  const connected = ({ connectionString: url }: typeof leader): EventStore =>
    connectEventStore({ url }, memoryLog());
  const stores = { atLeader: connected(leader), atFollower: connected(follower) };
  t.teardown(async () => {
    for (const store of Object.values(stores)) await store.close();
    await follower.stop();
    await leader.stop();
  });
  return stores;
};

onOwnNode('a stream is read from the leader, whichever node is asked', async (t) => {
  const { atLeader, atFollower } = await cluster(t);
  await atLeader.append('wallet-u1', 'no-stream', [proposed('A'), proposed('B')]);
  t.is((await collect(atFollower.readStream('wallet-u1', 1n))).length, 1);
  t.deepEqual(await collect(atFollower.readStream('wallet-u2')), []);
});

onOwnNode('an append that met a follower is unknown, and the next one is done', async (t) => {
  const { atLeader, atFollower } = await cluster(t);
  const events = [proposed('A')];
  t.is((await atFollower.append('wallet-u1', 'no-stream', events)).kind, 'unknown');
  t.deepEqual(await collect(atFollower.readStream('wallet-u1')), []);
  t.is((await atFollower.append('wallet-u1', 'no-stream', events)).kind, 'done');
  t.is((await collect(atLeader.readStream('wallet-u1'))).length, 1);
});

onOwnNode(
  'a command that met a follower is looked up, and counts once when repeated',
  async (t) => {
    const { atLeader, atFollower } = await cluster(t);
    const handler = createHandler(wallet, { store: atFollower, metrics: noMetrics });
    const creditId = brandOrThrow(EntryId, 'credit-1');
    const at = instant('2026-11-22T10:00:00.000Z');
    const credit = {
      creditId,
      amount: rupees('5.00'),
      source: 'DEMO',
      gateway: null,
      rentalId: null,
      at,
    } as const;
    const context = testContext();
    const attempt = () => handler.execute('u1', { type: 'CreditWallet', ...credit }, context);

    const first = await attempt();
    t.is(E.isLeft(first) ? first.left.kind : null, 'OutcomeUnknown');
    for (let again = 0; again < 2; again += 1) t.true(E.isRight(await attempt()));
    t.is((await collect(atLeader.readStream('wallet-u1'))).length, 1);
  },
);
