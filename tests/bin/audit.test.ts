import test from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { openTestLog } from '../support/event-store-server.js';
import { memoryLog } from '../support/log.js';
import { type Finished, run, type Settings } from '../support/program.js';
import { proposed } from '../support/proposed-event.js';

const place = await openTestLog();
const store = connectEventStore(place, memoryLog());
test.after.always(async () => {
  await store.close();
  await place.stop();
});

const settings: Settings = {
  POWERBANK_ESDB_URL: place.url,
  ...(place.namespace == null ? {} : { POWERBANK_ESDB_NAMESPACE: place.namespace }),
  /** Nobody listens there. */
  POWERBANK_DATABASE_URL: 'postgres://powerbank@127.0.0.1:1/powerbank',
};

const audit = (args: readonly string[], more: Settings = {}): Promise<Finished> =>
  run(['audit', ...args], { ...settings, ...more });

const at = '2026-03-01T04:00:00.000Z';
const credit = (creditId: string) =>
  proposed('FundsCredited', {
    creditId,
    amount: { currency: 'NPR', minor: 10_000 },
    source: 'DEMO',
    rentalId: null,
    at,
  });

const notProven = /nothing is proven/;

test.serial('the log of an empty network is clean, and a replay needs no database', async (t) => {
  const replay = await audit(['replay', '--json']);
  t.is(replay.code, 0, replay.stderr);
  t.like(JSON.parse(replay.stdout), { events: 0, position: null, isBalanced: true });
  const verify = await audit(['verify', '--log-only']);
  t.is(verify.code, 0, verify.stderr);
  t.regex(verify.stdout, /^nothing was asked of the database$/m);
});

test.serial(
  'without its database or its log an audit is incomplete, and never clean',
  async (t) => {
    const verify = await audit(['verify']);
    t.is(verify.code, 2, verify.stdout);
    t.regex(verify.stderr, notProven);
    t.regex(verify.stderr, /^POWERBANK_DATABASE_URL: /m);
    t.regex(verify.stdout, /^positions-grow +holds/m, 'the log was asked all the same');
    const nowhere = { POWERBANK_ESDB_URL: 'esdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1' };
    const replay = await audit(['replay'], nowhere);
    t.is(replay.code, 2, replay.stdout);
    t.regex(replay.stderr, notProven);
  },
);

test.serial('a finding is one line with its code and place, and status 1', async (t) => {
  const outcome = await store.append('wallet-u-1', 'no-stream', [credit('c-1'), credit('c-1')]);
  t.is(outcome.kind, 'done');
  const text = await audit(['verify', '--log-only']);
  t.is(text.code, 1, text.stderr);
  t.regex(
    text.stdout,
    /^entry-repeated {2}1@wallet-u-1 \(position \d+\) {2}expected: .*; found: /m,
  );
  t.regex(text.stdout, /^entries-count-once +1 findings/m);
  const json = await audit(['verify', '--log-only', '--json']);
  const [first = ''] = json.stdout.split('\n').filter((line) => line.includes('entry-repeated'));
  t.like(JSON.parse(first), { check: 'entries-count-once', stream: 'wallet-u-1', revision: '1' });
  const replay = await audit(['replay']);
  t.is(replay.code, 0, 'totals are told of whatever is there');
  t.regex(replay.stdout, /^wallets +NPR +0\.00 +200\.00 +-200\.00$/m);
});
