import type { ExecutionContext, TestFn } from 'ava';
import type { EventStore } from '../../../ports/event-store.js';
import { createLab, type Lab } from '../../support/projection-lab.js';
import { tally } from '../../support/tally.js';

const tallies = (lab: Lab) =>
  lab.database.query('SELECT user_id, credits, sum_minor FROM tally.tallies ORDER BY user_id');

const parked = (lab: Lab) =>
  lab.database.query(
    `SELECT stream, event_type, is_poison, error FROM projection.parked ORDER BY position`,
  );

const row = (user_id: string, credits: bigint, sum_minor: bigint) => ({
  user_id,
  credits,
  sum_minor,
});

type OpenStore = () => Promise<EventStore>;
type Promised = (t: ExecutionContext<unknown>, openStore: OpenStore) => Promise<void>;

/** Runs the suite on one kind of event store. */
export const followingSuite = (test: TestFn, openStore: OpenStore): void => {
  for (const [title, promised] of Object.entries(promises)) {
    test(title, (t) => promised(t, openStore));
  }
};

/** What the engine promises of following the log, on any event store. */
const promises: Readonly<Record<string, Promised>> = {
  'events become rows, those from before the start and those from after it': async (
    t,
    openStore,
  ) => {
    const lab = await createLab(t, await openStore());
    await lab.credit('ann', 100);
    await lab.credit('bob', 50);
    const engine = lab.start([tally()]);
    await engine.reached('tally', await lab.credit('ann', 20));
    t.deepEqual(await tallies(lab), [row('ann', 2n, 120n), row('bob', 1n, 50n)]);
  },

  'rows and checkpoint are one transaction: a crash in between leaves neither': async (
    t,
    openStore,
  ) => {
    const lab = await createLab(t, await openStore());
    let crashes = 0;
    const crashing = tally({
      afterApply: async () => {
        if (crashes >= 3) return;
        crashes += 1;
        // The rows are written, the checkpoint is not: the session is killed in between.
        await lab.database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND state = 'idle in transaction'`);
      },
    });
    await lab.credit('ann', 100);
    const position = await lab.credit('ann', 20);
    const engine = lab.start([crashing]);
    await engine.reached('tally', position);
    t.is(crashes, 3);
    t.deepEqual(await tallies(lab), [row('ann', 2n, 120n)]);
  },

  'a restart goes on after the last committed batch': async (t, openStore) => {
    const lab = await createLab(t, await openStore());
    const first = lab.start([tally()]);
    await first.reached('tally', await lab.credit('ann', 100));
    await first.stop();
    await lab.credit('ann', 20);
    const seen: string[] = [];
    const second = lab.start([
      tally({
        afterApply: (batch) => {
          seen.push(...batch.map(({ event }) => event.type));
        },
      }),
    ]);
    await second.reached('tally', await lab.adjust('ann', 'gift', 3));
    t.deepEqual(await tallies(lab), [row('ann', 3n, 123n)]);
    t.deepEqual(seen, ['FundsCredited', 'WalletAdjusted'], 'nothing is projected again');
  },

  'of two instances one is active, and the other takes over when it ends': async (t, openStore) => {
    const lab = await createLab(t, await openStore());
    const active: string[] = [];
    const instance = (name: string) =>
      lab.start([
        tally({
          afterApply: () => {
            active.push(name);
          },
        }),
      ]);
    const first = instance('first');
    await first.reached('tally', await lab.credit('ann', 1));
    const second = instance('second');
    await second.reached('tally', await lab.credit('ann', 1));
    t.deepEqual([...new Set(active)], ['first']);
    await first.stop();
    await second.reached('tally', await lab.credit('ann', 1));
    t.is(active.at(-1), 'second');
    t.deepEqual(await tallies(lab), [row('ann', 3n, 3n)]);
  },

  'a handler that throws parks its stream, in order, and no other': async (t, openStore) => {
    const lab = await createLab(t, await openStore());
    await lab.credit('ann', 1);
    await lab.credit('bob', 1);
    await lab.adjust('bob', 'poison', 5);
    await lab.credit('bob', 10);
    await lab.credit('ann', 2);
    const engine = lab.start([tally({ poison: 'poison' })]);
    await engine.reached('tally', await lab.credit('ann', 4));
    await engine.reached('tally', await lab.credit('bob', 20));
    t.deepEqual(await tallies(lab), [row('ann', 3n, 7n), row('bob', 1n, 1n)]);
    const behind = { stream: 'wallet-bob', event_type: 'FundsCredited', is_poison: false };
    t.deepEqual(await parked(lab), [
      {
        stream: 'wallet-bob',
        event_type: 'WalletAdjusted',
        is_poison: true,
        error: 'Error: cannot take poison',
      },
      { ...behind, error: null },
      { ...behind, error: null },
    ]);
  },

  'a retry brings a parked stream back in order, once its reason is mended': async (
    t,
    openStore,
  ) => {
    const lab = await createLab(t, await openStore());
    await lab.adjust('bob', 'poison', 5);
    await lab.credit('bob', 10);
    const broken = lab.start([tally({ poison: 'poison' })]);
    await broken.reached('tally', await lab.credit('ann', 1));
    const [still] = await broken.retryParked('tally');
    t.like(still, { stream: 'wallet-bob', replayed: 0, remaining: 2 });
    t.is((await parked(lab)).length, 2, 'a retry that fails loses nothing');
    await broken.stop();

    const mended = lab.start([tally()]);
    t.deepEqual(await mended.retryParked('tally'), [
      { stream: 'wallet-bob', replayed: 2, remaining: 0, error: null },
    ]);
    await mended.reached('tally', await lab.credit('bob', 100));
    t.deepEqual(await parked(lab), []);
    t.deepEqual(await tallies(lab), [row('ann', 1n, 1n), row('bob', 3n, 115n)]);
  },

  'an event that does not decode parks its stream': async (t, openStore) => {
    const lab = await createLab(t, await openStore());
    await lab.tell('wallet-bob', 'FundsCredited', { amount: 'a lot' });
    await lab.tell('wallet-eve', 'NobodyKnowsThis', {});
    await lab.credit('bob', 1);
    const engine = lab.start([tally()]);
    await engine.reached('tally', await lab.credit('ann', 1));
    t.deepEqual(await tallies(lab), [row('ann', 1n, 1n)]);
    const found = await parked(lab);
    t.deepEqual(
      found.map(({ stream, is_poison }) => [stream, is_poison]),
      [
        ['wallet-bob', true],
        ['wallet-eve', true],
        ['wallet-bob', false],
      ],
    );
    t.regex(String(found[0]?.error), /BadEventData/);
    t.regex(String(found[1]?.error), /UnknownEventType/);
  },

  'values that the table refuses are poison too, alone in a big batch': async (t, openStore) => {
    const lab = await createLab(t, await openStore());
    for (let user = 0; user < 20; user += 1) await lab.credit(`u${user}`, 1);
    await lab.credit('rich', 1_000_000);
    for (let user = 0; user < 20; user += 1) await lab.credit(`u${user}`, 1);
    const engine = lab.start([tally()]);
    await engine.reached('tally', await lab.credit('ann', 1));
    const [found, ...others] = await parked(lab);
    t.is(found?.stream, 'wallet-rich');
    t.regex(String(found?.error), /tallies_sum_minor_check/);
    t.deepEqual(others, []);
    t.is((await tallies(lab)).length, 21);
  },

  'a projection that nothing concerns is not late for a position of others': async (
    t,
    openStore,
  ) => {
    const lab = await createLab(t, await openStore());
    const engine = lab.start([tally()]);
    await engine.reached('tally', await lab.credit('ann', 1));
    const elsewhere = await lab.tell('settings-all', 'SettingChanged', {
      key: 'POINTS_PER_NPR',
      value: '10',
      at: '2026-11-22T06:00:00.000Z',
    });
    await engine.reached('tally', elsewhere);
  },

  'lag counts what concerns the projection, and is nothing at the end': async (t, openStore) => {
    const lab = await createLab(t, await openStore());
    const position = await lab.credit('ann', 1);
    const [before] = await lab.engine([tally()]).lag();
    t.true((before?.positions ?? 0) > 0);
    const engine = lab.start([tally()]);
    await engine.reached('tally', position);
    t.deepEqual(await engine.lag(), [
      { name: 'tally', position, positions: 0, seconds: 0, parkedStreams: 0 },
    ]);
  },
};
