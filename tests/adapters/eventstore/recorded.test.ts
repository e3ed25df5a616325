import type { ResolvedEvent } from '@eventstore/db-client';
import test from 'ava';
import { namesIn } from '../../../adapters/eventstore/names.js';
import { toRecorded } from '../../../adapters/eventstore/recorded.js';

/** What a server says where it tells no position. */
const noPosition = 2n ** 64n - 1n;

const found = (own: bigint | null, commitPosition: bigint): ResolvedEvent => ({
  event: {
    streamId: 'wallet-1',
    id: '0b1f3c1e-3d57-4f0f-9a0c-6a53fb2a4a11',
    revision: 0n,
    type: 'FundsCredited',
    isJson: true,
    created: new Date(0),
    data: {},
    metadata: {},
    ...(own === null ? {} : { position: { commit: own, prepare: own } }),
  },
  commitPosition,
});

test('the position is that of the event, or where it was found when it tells none', (t) => {
  const positionOf = (event: ResolvedEvent) => toRecorded(event, namesIn(null))?.position;
  t.is(positionOf(found(42n, 42n)), 42n);
  t.is(positionOf(found(noPosition, 42n)), 42n);
  t.is(positionOf(found(null, 42n)), 42n);
});
