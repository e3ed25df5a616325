import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { pointsAt, walletAt } from '../../audit/past/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { instant, plusSeconds } from '../../domain/shared/instant.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import { proposed } from '../support/proposed-event.js';

const user = brandOrThrow(UserId, 'u-1');
const begun = instant('2026-01-01T00:00:00Z');
const eventsCount = 5_000;

/** Credits of one rupee, each made when it is asked for and known to nobody afterwards. */
const longWallet = (seen: { count: number }): Pick<EventStore, 'readStream' | 'readLast'> => ({
  async *readStream(stream) {
    for (let index = 0; index < eventsCount; index += 1) {
      seen.count += 1;
      const at = plusSeconds(begun, index);
      const amount = { minor: 100, currency: 'NPR' };
      const data = { creditId: `c-${index}`, amount, source: 'TOPUP', rentalId: null, at };
      const event: RecordedEvent = {
        ...proposed('FundsCredited', data),
        stream,
        revision: BigInt(index),
        position: BigInt(index * 7),
        recordedAt: at,
      };
      yield event;
    }
  },
  readLast: async () => null,
});

test('a long wallet leaves nothing behind but its balance and its open holds', async (t) => {
  const seen = { count: 0 };
  const tools = { store: longWallet(seen) };
  const now = await walletAt(tools, user, { at: null, position: null });
  if (E.isLeft(now)) return t.fail(now.left.kind);
  t.is(now.right.state.balance.minor, eventsCount * 100);
  const remembered = JSON.stringify(now.right.state, (_key, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  t.true(remembered.length < 200, remembered.slice(0, 200));
});

test('reading ends at the position that was asked for, and when nobody waits any more', async (t) => {
  const seen = { count: 0 };
  const tools = { store: longWallet(seen) };
  const early = await walletAt(tools, user, { at: null, position: 70n });
  t.true(E.isRight(early) && early.right.events === 11);
  t.is(seen.count, 12, 'one event is looked at beyond it');
  const gone = AbortSignal.abort(new Error('the client has gone'));
  const asking = walletAt({ ...tools, signal: gone }, user, { at: null, position: null });
  await t.throwsAsync(asking, { message: 'the client has gone' });
});

test('somebody who is registered has empty accounts before anything happens on them', async (t) => {
  const nothing: Pick<EventStore, 'readStream'> = {
    async *readStream() {
      yield* [];
    },
  };
  const registered: RecordedEvent = {
    ...proposed('UserRegistered'),
    stream: 'user-u-1',
    revision: 0n,
    position: 1n,
    recordedAt: begun,
  };
  const known = { store: { ...nothing, readLast: async () => registered } };
  const moment = { at: begun, position: null };
  const strangers = { store: { ...nothing, readLast: async () => null } };
  const wallet = await walletAt(known, user, moment);
  t.true(E.isRight(wallet) && wallet.right.events === 0 && wallet.right.last === null);
  const points = await pointsAt(known, user, moment);
  t.true(E.isRight(points) && points.right.state.balance === 0);
  t.deepEqual(await walletAt(strangers, user, moment), E.left({ kind: 'unknown' }));
  t.deepEqual(await pointsAt(strangers, user, moment), E.left({ kind: 'unknown' }));
});
