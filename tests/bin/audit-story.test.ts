import test from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import type { EventStore } from '../../ports/event-store.js';
import { isRecord } from '../../ports/http/json.js';
import { type History, liveHistory } from '../support/audited-history.js';
import { openTestLog, type TestLog } from '../support/event-store-server.js';
import { writeHistory } from '../support/history-store.js';
import { memoryLog } from '../support/log.js';
import { createTestDatabase } from '../support/postgres.js';
import { type Finished, run, type Settings } from '../support/program.js';

interface Scene {
  readonly place: TestLog;
  readonly store: EventStore;
  readonly history: History;
  /** The event by which somebody paid for a rental. */
  readonly captured: string;
  readonly wallet: string;
  readonly user: string;
  readonly serial: string;
}

const openScene = async (): Promise<Scene> => {
  const history = await liveHistory(20_261_122);
  const captured = history.find(({ type }) => type === 'FundsCaptured');
  const station = history.find(({ stream }) => stream.startsWith('station-'));
  if (captured === undefined || station === undefined) throw new Error('nothing happened');
  const place = await openTestLog();
  const store = connectEventStore(place, memoryLog());
  await writeHistory(store, history);
  return {
    place,
    store,
    history,
    captured: captured.id,
    wallet: captured.stream,
    user: captured.stream.slice('wallet-'.length),
    serial: station.stream.slice('station-'.length),
  };
};

let opening: Promise<Scene> | null = null;
const scene = (): Promise<Scene> => {
  opening ??= openScene();
  return opening;
};
test.after.always(async () => {
  if (opening === null) return;
  const { store, place } = await opening;
  await store.close();
  await place.stop();
});

const audit = async (args: readonly string[], more: Settings = {}): Promise<Finished> => {
  const { url, namespace } = (await scene()).place;
  return run(['audit', ...args], {
    POWERBANK_ESDB_URL: url,
    ...(namespace == null ? {} : { POWERBANK_ESDB_NAMESPACE: namespace }),
    ...more,
  });
};

const jsonIn = ({ stdout }: Finished): readonly Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .filter(isRecord);

test.serial('what was is shown in words and as JSON, and what cannot be is refused', async (t) => {
  const { user, serial } = await scene();
  const [text, json, slots, nobody, ahead, beyond] = await Promise.all([
    audit(['show', 'wallet', user]),
    audit(['show', 'wallet', user, '--json', '--at', '2020-01-01T00:00:00+05:45']),
    audit(['show', 'station', serial]),
    audit(['show', 'rental', 'none']),
    audit(['show', 'wallet', user, '--at', '2999-01-01T00:00:00Z']),
    audit(['show', 'points', user, '--position', '999999999999']),
  ]);
  t.is(text.code, 0, text.stderr);
  t.regex(text.stdout, new RegExp(`^wallet of ${user} now, in rupees\n  balance +\\d+\\.\\d\\d\n`));
  t.like(jsonIn(json)[0], { user_id: user, balance: '0.00', events: 0, last_event: null });
  t.regex(slots.stdout, /SLOT +CONDITION/);
  t.deepEqual([nobody.code, ahead.code, beyond.code], [2, 2, 2]);
  t.regex(nobody.stderr, /the log has no rental none/);
  t.regex(ahead.stderr, /has not come yet/);
  t.regex(beyond.stderr, /the log ends at \d+/);
});

test.serial('a figure is explained as a story, a posting by its event', async (t) => {
  const { user, captured } = await scene();
  const [text, posting, unknown] = await Promise.all([
    audit(['explain', 'wallet', user]),
    audit(['explain', 'posting', captured]),
    audit(['explain', 'posting', 'no-such-event']),
  ]);
  t.is(text.code, 0, text.stderr);
  t.regex(text.stdout, /Rs \d+\.\d\d came in: topup/);
  t.regex(text.stdout, /because of PaymentPlanned \(\d+@rental-/);
  t.regex(posting.stdout, /booked by the rule for wallet FundsCaptured/);
  t.is(unknown.code, 2);
  t.regex(unknown.stderr, /no event of the log has the id no-such-event/);
});

test.serial('a row leads back to the events of its stream', async (t) => {
  const { user, wallet, store, history } = await scene();
  const { url, database } = await createTestDatabase(t);
  // As much of the read model as leads back to the log.
  await database.execute('CREATE SCHEMA wallet');
  await database.execute('CREATE TABLE wallet.wallets (user_id text PRIMARY KEY, position bigint)');
  const last = await store.readLast(wallet);
  const row = [user, String(last?.position)];
  await database.execute('INSERT INTO wallet.wallets VALUES ($1, $2)', row);
  const settings = { POWERBANK_DATABASE_URL: url };
  const [story, missing, table] = await Promise.all([
    audit(['explain', 'row', 'wallet.wallets', user, '--json'], settings),
    audit(['explain', 'row', 'wallet.wallets', 'nobody'], settings),
    audit(['explain', 'row', 'wallet.purses', user], settings),
  ]);
  t.is(story.code, 0, story.stderr);
  t.deepEqual(
    jsonIn(story).map(({ eventId }) => eventId),
    history.filter(({ stream }) => stream === wallet).map(({ id }) => id),
  );
  t.is(missing.code, 2);
  t.regex(missing.stderr, /there is no such row/);
  t.regex(table.stderr, /wallet\.purses is none of: wallet\.wallets/);
});
