import { binaryEvent } from '@eventstore/db-client';
import { APPEND_EVENTS_MAX } from '../../../adapters/embedded/eventstore/limits.js';
import { onOwnNode } from '../../support/event-store-server.js';
import { failure, running, temporaryFolder } from './support.js';

const NOTHING = new Uint8Array(0);

/** Events of two bytes each, the smallest there are. */
function smallest(count: number) {
  return Array.from({ length: count }, () => binaryEvent({ type: 'a', data: NOTHING }));
}

onOwnNode('an append of too many events is refused, however small they are', async (t) => {
  const { client } = await running(t, { dataDir: await temporaryFolder(t) });
  const most = await client.appendToStream('s', smallest(APPEND_EVENTS_MAX));
  t.is(most.nextExpectedRevision, BigInt(APPEND_EVENTS_MAX - 1));
  const tooMany = client.appendToStream('s', smallest(APPEND_EVENTS_MAX + 1));
  t.is((await failure(tooMany)).type, 'maximum-append-size-exceeded');
  const credentials = { username: 'whoever', password: 'whatever' };
  const classic = client.appendToStream('s', smallest(APPEND_EVENTS_MAX + 1), { credentials });
  t.is((await failure(classic)).type, 'maximum-append-size-exceeded');
});
