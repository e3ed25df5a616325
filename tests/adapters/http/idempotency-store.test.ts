import test, { type ExecutionContext } from 'ava';
import {
  type ClaimOutcome,
  type IdempotencyStore,
  memoryIdempotencyStore,
} from '../../../adapters/http/idempotency-store.js';
import { postgresIdempotencyStore } from '../../../adapters/http/postgres-idempotency-store.js';
import { instant, plusSeconds } from '../../../domain/shared/instant.js';
import { createTestDatabase } from '../../support/postgres.js';

/** One suite, every store: the stand-in of the tests cannot drift from the real one. */
const stores: Readonly<
  Record<string, (t: ExecutionContext<unknown>) => Promise<IdempotencyStore>>
> = {
  memory: async () => memoryIdempotencyStore(),
  postgres: async (t) => postgresIdempotencyStore((await createTestDatabase(t)).database),
};

const start = instant('2026-11-22T06:00:00Z');
const at = (seconds: number) => ({
  now: plusSeconds(start, seconds),
  claimSeconds: 60,
  retentionSeconds: 3_600,
});
const wish = { scope: 'user:u-1:startRental', key: 'k-1', fields: { 'body.a': 'hash' } };
const answer = { status: 201, headers: { 'x-position': '7' }, body: '{"success":true}' };

const ours = (outcome: ClaimOutcome) => {
  if (outcome.kind !== 'ours') throw new Error(`expected the claim, got ${outcome.kind}`);
  return outcome.claim;
};

for (const [name, open] of Object.entries(stores)) {
  test(`${name}: the first request gets the claim, the second waits, then sees the answer`, async (t) => {
    const store = await open(t);
    const claim = ours(await store.claim(wish, at(0)));
    t.deepEqual(await store.claim(wish, at(1)), { kind: 'in-progress', fields: wish.fields });
    await store.keep(claim, answer);
    t.deepEqual(await store.claim(wish, at(2)), { kind: 'answered', fields: wish.fields, answer });
  });

  test(`${name}: another caller, operation or key is another wish`, async (t) => {
    const store = await open(t);
    ours(await store.claim(wish, at(0)));
    t.is((await store.claim({ ...wish, key: 'k-2' }, at(0))).kind, 'ours');
    t.is((await store.claim({ ...wish, scope: 'user:u-2:startRental' }, at(0))).kind, 'ours');
  });

  test(`${name}: a request that was given back can be claimed again`, async (t) => {
    const store = await open(t);
    await store.release(ours(await store.claim(wish, at(0))));
    t.is((await store.claim(wish, at(1))).kind, 'ours');
  });

  test(`${name}: after a crash the same request takes over, another one does not`, async (t) => {
    const store = await open(t);
    const crashed = ours(await store.claim(wish, at(0)));
    const other = { ...wish, fields: { 'body.a': 'other' } };
    t.deepEqual(await store.claim(other, at(61)), { kind: 'in-progress', fields: wish.fields });
    const second = ours(await store.claim(wish, at(61)));
    await store.keep(crashed, { ...answer, body: 'late' });
    await store.release(crashed);
    t.is((await store.claim(wish, at(62))).kind, 'in-progress');
    await store.keep(second, answer);
    t.deepEqual(await store.claim(wish, at(63)), { kind: 'answered', fields: wish.fields, answer });
  });

  test(`${name}: an answer is never replaced nor given back`, async (t) => {
    const store = await open(t);
    const claim = ours(await store.claim(wish, at(0)));
    await store.keep(claim, answer);
    await store.keep(claim, { ...answer, body: 'other' });
    await store.release(claim);
    t.deepEqual(await store.claim(wish, at(1)), { kind: 'answered', fields: wish.fields, answer });
  });

  test(`${name}: past its retention a key is forgotten, by itself or by the purge`, async (t) => {
    const store = await open(t);
    await store.keep(ours(await store.claim(wish, at(0))), answer);
    await store.keep(ours(await store.claim({ ...wish, key: 'k-2' }, at(0))), answer);
    t.is(await store.purge(at(3_599).now), 0);
    t.is((await store.claim(wish, at(3_600))).kind, 'ours');
    t.is(await store.purge(at(3_600).now), 1);
  });

  test(`${name}: of many at the same moment exactly one executes`, async (t) => {
    const store = await open(t);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.claim(wish, at(0))));
    t.is(outcomes.filter(({ kind }) => kind === 'ours').length, 1);
  });
}
