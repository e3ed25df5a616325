import test from 'ava';
import fc from 'fast-check';
import type { LogCheck } from '../../audit/check.js';
import { checkpointsNotAhead, nothingIsParked } from '../../audit/database/followers.js';
import { processName, type Snapshot } from '../../audit/database/snapshot.js';
import { timersMatchWaits } from '../../audit/database/timers.js';
import { waitFolds } from '../../audit/database/waits.js';
import { instant, plusMinutes } from '../../domain/shared/instant.js';
import { findingsIn, type History } from '../support/audited-history.js';
import { anyAction, openWorld } from '../support/house-world.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { openMemoryHouse } from '../support/memory-house.js';
import { collect, proposed } from '../support/proposed-event.js';

interface Moment {
  readonly history: History;
  readonly snapshot: Snapshot;
  /** Lets whatever is open come to its end; answers the whole history. */
  readonly end: () => Promise<History>;
}

const actionsCount = 80;

/** A world in the middle of its life: rentals run, ejects are awaited, and nobody is behind. */
const someMoment = async (seed: number): Promise<Moment> => {
  const house = openMemoryHouse();
  const world = await openWorld(house, '1');
  for (const action of fc.sample(anyAction, { seed, numRuns: actionsCount })) {
    await world.act(action);
    await house.settled();
  }
  const history = await collect(house.store.readLog(null));
  const position = history.at(-1)?.position ?? null;
  const timers = [...house.timers()].flatMap(([process, waiting]) =>
    waiting.map(({ timerId, dueAt }) => ({ process, timerId, dueAt })),
  );
  const followers = Object.keys(waitFolds).map((name) => ({ name: processName(name), position }));
  const snapshot = { takenAt: house.clock.now(), followers, parked: [], timers };
  const end = async (): Promise<History> => {
    await world.end();
    return collect(house.store.readLog(null));
  };
  return { history, snapshot, end };
};

const found = async (history: History, check: LogCheck): Promise<readonly string[]> =>
  (await findingsIn(history, { checks: [check] })).map(
    ({ code, expected, found: what }) => `${code}: ${expected}; ${what}`,
  );

test('every wait has its timer, and every timer its wait, at any quiet moment', async (t) => {
  let timers = 0;
  for (let seed = 1; seed <= 12; seed += 1) {
    const { history, snapshot } = await someMoment(seed);
    timers += snapshot.timers.length;
    t.deepEqual(await found(history, timersMatchWaits(snapshot)), [], `seed ${seed}`);
  }
  t.true(timers > 12, `${timers} timers were looked at`);
});

/** A moment at which a rental runs, and the timer for the time when its bank counts as lost. */
const running = async () => {
  for (let seed = 1; ; seed += 1) {
    const moment = await someMoment(seed);
    const abandon = moment.snapshot.timers.find(({ timerId }) => timerId.endsWith(':abandon'));
    if (abandon !== undefined) return { ...moment, abandon };
  }
};

test('timer-missing: a timer that is gone, or set for another time, is told', async (t) => {
  const { history, snapshot, abandon } = await running();
  const others = snapshot.timers.filter((timer) => timer !== abandon);
  const gone = await found(history, timersMatchWaits({ ...snapshot, timers: others }));
  t.is(gone.length, 1);
  t.true(gone[0]?.startsWith(`timer-missing: timer ${abandon.timerId}`));

  const later = { ...abandon, dueAt: plusMinutes(abandon.dueAt, 1) };
  const moved = await found(history, timersMatchWaits({ ...snapshot, timers: [...others, later] }));
  t.is(moved.length, 1);
  t.true(moved[0]?.endsWith(`it is due at ${later.dueAt}`));
});

test('timer-stray: a timer that waits for nothing is told, unless it is about to fire', async (t) => {
  const { history, snapshot } = await running();
  const stray = (minutes: number) => ({
    process: 'hold-expiry',
    timerId: 'hold:wallet:u-1:h-never',
    dueAt: plusMinutes(snapshot.takenAt, minutes),
  });
  const withStray = (minutes: number) =>
    timersMatchWaits({ ...snapshot, timers: [...snapshot.timers, stray(minutes)] });
  t.is((await found(history, withStray(60))).length, 1);
  t.deepEqual(await found(history, withStray(1)), []);
});

test('a timer that fired between the snapshot and the end of the log is not missed', async (t) => {
  const { history, snapshot, end } = await running();
  const fired = timersMatchWaits({ ...snapshot, timers: [] });
  t.true((await found(history, fired)).length > 0, 'nothing has followed from them yet');
  t.deepEqual(await found(await end(), fired), [], 'everything has followed by then');
});

test('timer-missing: a broadcast that is under way has its timer until its end', async (t) => {
  const store = createMemoryEventStore();
  const at = instant('2026-03-01T10:00:00.000Z');
  const wish = { title: 'Closed', message: 'On Dashain', audience: 'ALL', channels: ['email'] };
  const accepted = proposed('BroadcastAccepted', { broadcastId: 'b-1', ...wish, expected: 7, at });
  await store.append('broadcast-b-1', 'no-stream', [accepted]);
  const running = await collect(store.readLog(null));
  const position = running.at(-1)?.position ?? null;
  const followers = [{ name: processName('broadcast'), position }];
  const timer = { process: 'broadcast', timerId: 'b-1', dueAt: at };
  const snapshot = { takenAt: at, followers, parked: [], timers: [timer] };
  t.deepEqual(await found(running, timersMatchWaits(snapshot)), []);
  const gone = timersMatchWaits({ ...snapshot, timers: [] });
  t.regex((await found(running, gone)).join(), /^timer-missing: timer b-1 of [^,]+, [^,]+$/);
  const completed = proposed('BroadcastCompleted', { at });
  await store.append('broadcast-b-1', 0n, [completed]);
  const over = await collect(store.readLog(null));
  const atEnd = { ...snapshot, followers: [{ name: processName('broadcast'), position: 2n }] };
  t.deepEqual(await found(over, timersMatchWaits({ ...atEnd, timers: [] })), []);
});

test('checkpoint-ahead and stream-parked: what the followers of the log say is compared with it', async (t) => {
  const { history, snapshot } = await someMoment(1);
  const end = history.at(-1)?.position ?? 0n;
  t.deepEqual(await found(history, checkpointsNotAhead(snapshot, end)), []);
  t.is(
    (await found(history, checkpointsNotAhead(snapshot, end - 1n))).length,
    snapshot.followers.length,
  );
  t.deepEqual(await found(history, nothingIsParked(snapshot)), []);
  const parked = [{ name: 'read model wallet', stream: 'wallet-u-1', position: end }];
  t.is((await found(history, nothingIsParked({ ...snapshot, parked }))).length, 1);
});
