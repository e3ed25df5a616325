import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { moveOf } from '../../audit/account-moves.js';
import { occurredAt } from '../../domain/occurred-at.js';
import type { Instant } from '../../domain/shared/instant.js';
import { instantOfMs, plusMs, toMs } from '../../domain/shared/instant.js';
import { paisa, toRupees } from '../../domain/shared/money.js';
import type { EventStore, Position, RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import { pastReads } from '../../read-api/past/index.js';
import { liveHistory } from '../support/audited-history.js';
import { startServer } from '../support/http-server.js';
import { type Caller, moderator, openApiClient, userNamed } from '../support/openapi-client.js';
import { createTestClock } from '../support/test-clock.js';

const auditor: Caller = { id: 's-9', roles: ['auditor'] };

const history = await liveHistory(20_261_122);
const logged = history.map((recorded): LoggedEvent => {
  const decoded = decodeLogged(recorded);
  if (E.isLeft(decoded)) throw new Error(`${recorded.stream}: ${decoded.left.kind}`);
  return decoded.right;
});

/** The log as it would be with these events in it. */
const storeOf = (
  events: readonly RecordedEvent[],
): Pick<EventStore, 'readStream' | 'readLast' | 'lastPosition'> => ({
  async *readStream(stream) {
    yield* events.filter((event) => event.stream === stream);
  },
  readLast: async (stream) => events.findLast((event) => event.stream === stream) ?? null,
  lastPosition: async () => events.at(-1)?.position ?? null,
});

const [firstAt, ...laterAt] = logged.map(({ event }) => occurredAt(event)).sort();
const lastAt = laterAt.at(-1) ?? firstAt;
if (lastAt === undefined) throw new Error('the history is empty');
const clock = createTestClock(plusMs(lastAt, 60_000));

const open = async (t: Parameters<typeof startServer>[0], events = history) => {
  const routes = pastReads({ store: storeOf(events) });
  return openApiClient(await startServer(t, { routes, clock }), routes);
};

interface Wanted {
  readonly at?: Instant;
  readonly position?: Position;
}

/** Sum of what the facts say that were there; written without the fold that is under test. */
const balanceOf = (stream: string, { at, position }: Wanted): number =>
  logged
    .filter((each) => each.stream === stream)
    .filter((each) => position === undefined || each.position <= position)
    .filter((each) => at === undefined || occurredAt(each.event) <= at)
    .reduce((balance, each) => {
      const move = moveOf(each);
      if (move?.kind === 'entry') return balance + move.amount;
      return move?.kind === 'take' ? balance - move.amount : balance;
    }, 0);

const queryOf = ({ at, position }: Wanted): string => {
  const query = new URLSearchParams();
  if (at !== undefined) query.set('at', at);
  if (position !== undefined) query.set('position', String(position));
  return query.toString();
};

const lengthOf = (stream: string): number =>
  history.filter((event) => event.stream === stream).length;
const streamsOf = (category: string): readonly string[] => [
  ...new Set(logged.filter((each) => each.category === category).map(({ streamId }) => streamId)),
];
/** Whoever has the longest history, so that there is something to tell. */
const [user = ''] = [...streamsOf('wallet')].sort(
  (left, right) => lengthOf(`wallet-${right}`) - lengthOf(`wallet-${left}`),
);
const ofUser = logged.filter(({ stream }) => stream === `wallet-${user}`);

test('a wallet is at every moment what its facts by then add up to', async (t) => {
  const { call } = await open(t);
  t.true(ofUser.length > 4, 'something happened to it');
  for (const { position, event } of ofUser) {
    const at = occurredAt(event);
    for (const wanted of [{ position }, { at }, { at: plusMs(at, -1) }, { at, position }]) {
      const answer = await call(auditor, `GET /api/audit/wallets/${user}?${queryOf(wanted)}`);
      const expected = toRupees(paisa(balanceOf(`wallet-${user}`, wanted)));
      t.is(answer.data.balance, expected, `${queryOf(wanted)}: ${answer.text}`);
    }
  }
});

test('an answer names the last fact that it was made of', async (t) => {
  const { call } = await open(t);
  const [first] = ofUser;
  if (first === undefined) return t.fail('no wallet has events');
  const place = `position=${first.position}`;
  const { data } = await call(moderator, `GET /api/audit/wallets/${user}?${place}`);
  t.is(data.events, 1);
  t.like(data.last_event, { event_id: first.id, revision: 0, position: String(first.position) });
});

test('a rental and a station are shown as they were, and not as they are', async (t) => {
  const { call } = await open(t);
  const started = logged.find(({ event }) => event.type === 'RentalStarted');
  if (started === undefined) return t.fail('no rental started');
  const path = `api/audit/rentals/${started.streamId}` as const;
  const then = await call(auditor, `GET /${path}?position=${started.position}`);
  t.like(then.data, { status: 'ACTIVE', completion: null, returned_at: null });
  t.is(then.data.started_at, occurredAt(started.event));
  const before = await call(auditor, `GET /${path}?position=${started.position - 1n}`);
  t.like(before.data, { status: 'PENDING_POPUP', started_at: null });
  t.not((await call(auditor, `GET /${path}`)).data.status, 'ACTIVE');

  const [serial = ''] = streamsOf('station');
  const synced = logged.find(
    ({ streamId, event }) => streamId === serial && event.type === 'StationFirstSynced',
  );
  const station = `api/audit/stations/${serial}` as const;
  const fresh = await call(auditor, `GET /${station}?position=${synced?.position}`);
  t.like(fresh.data, { station: serial, presence: 'ONLINE', open_ejects: [] });
  const now = await call(auditor, `GET /${station}`);
  t.true(Number(now.data.events) > Number(fresh.data.events));
});

test('points are shown in whole points, and a day stands for its end', async (t) => {
  const { call } = await open(t);
  const today = await call(auditor, `GET /api/audit/wallets/${user}?at=${lastAt.slice(0, 10)}`);
  t.is(today.data.balance, toRupees(paisa(balanceOf(`wallet-${user}`, {}))), today.text);
  const [holder] = streamsOf('points');
  if (holder === undefined) return t.fail('nobody has points');
  const { data } = await call(auditor, `GET /api/audit/points/${holder}`);
  t.is(data.balance, balanceOf(`points-${holder}`, {}));
});

test('what never was, is not yet, or cannot be read is told apart', async (t) => {
  const { call } = await open(t);
  const [rental = ''] = streamsOf('rental');
  const beginning = 'position=0';
  const tomorrow = instantOfMs(toMs(clock.now()) + 86_400_000);
  const codes = await Promise.all(
    [
      'wallets/nobody',
      'points/nobody',
      'rentals/none',
      `rentals/${rental}?${beginning}`,
      'stations/NONE',
      `wallets/${user}?at=${tomorrow}`,
      `wallets/${user}?position=99999999`,
      `wallets/${user}?at=yesterday`,
      `wallets/${user}?position=-1`,
    ].map(async (path) => (await call(auditor, `GET /api/audit/${path}`)).code),
  );
  t.deepEqual(codes, [
    'user_not_found',
    'user_not_found',
    'rental_not_found',
    'not_there_yet',
    'station_not_found',
    'moment_in_future',
    'position_beyond_log',
    'invalid_request',
    'invalid_request',
  ]);
  const empty = await call(auditor, `GET /api/audit/wallets/${user}?${beginning}`);
  t.like(empty.data, { balance: '0.00', events: 0, last_event: null });
  t.is((await call(userNamed(user), `GET /api/audit/wallets/${user}`)).code, 'forbidden');

  const damaged = history.map((event) =>
    event.id === ofUser[2]?.id ? { ...event, data: { amount: 'much' } } : event,
  );
  const broken = await open(t, damaged);
  const answer = await broken.call(auditor, `GET /api/audit/wallets/${user}`);
  t.like(answer.json, { code: 'history_unreadable', revision: 2 });
  const earlier = `position=${ofUser[1]?.position}`;
  const readable = await broken.call(auditor, `GET /api/audit/wallets/${user}?${earlier}`);
  t.is(readable.status, 200);
});
