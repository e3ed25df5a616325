import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import {
  type ExplainTools,
  explainAccount,
  explainEvent,
  explainPoints,
  explainRental,
  explainStream,
  explainWallet,
  findEvent,
  type Step,
  type Told,
} from '../../audit/explain/index.js';
import { walletAt } from '../../audit/past/index.js';
import { accountOf, rentalAccount, soleAccount, walletAccount } from '../../domain/ledger/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { RentalId, UserId } from '../../domain/shared/ids.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { liveHistory } from '../support/audited-history.js';
import { collect } from '../support/proposed-event.js';

const history = await liveHistory(20_261_122);

const toolsOf = (events: readonly RecordedEvent[]): ExplainTools => ({
  store: {
    async *readStream(stream) {
      yield* events.filter((event) => event.stream === stream);
    },
    async *readLog(_after, { categories } = {}) {
      const isWanted = ({ stream }: RecordedEvent) =>
        categories === undefined || categories.includes(stream.slice(0, stream.indexOf('-')));
      yield* events.filter(isWanted);
    },
  },
});
const tools = toolsOf(history);

const steps = (told: readonly Told[]): readonly Step[] =>
  told.flatMap((each) => (each.kind === 'step' ? [each] : []));
const storyOf = async (told: AsyncIterable<Told>): Promise<readonly Step[]> =>
  steps(await collect(told));

/** The last running balance of an account in a story. */
const balanceIn = (story: readonly Step[], account: string): number | null =>
  story.flatMap(({ postings }) => postings).findLast((posting) => posting.account === account)
    ?.balance ?? null;

/** A user who paid something, and a rental that was paid and is over. */
const captured = history.find(({ type }) => type === 'FundsCaptured');
const user = brandOrThrow(UserId, captured?.stream.slice('wallet-'.length) ?? '');
const completed = history.find(({ type }) => type === 'RentalCompleted');
const rental = brandOrThrow(RentalId, completed?.stream.slice('rental-'.length) ?? '');

test('the story of a wallet ends with its balance, and has every event of it', async (t) => {
  const story = await storyOf(explainWallet(tools, user));
  t.deepEqual(
    story.map(({ eventId }) => eventId),
    history.filter(({ stream }) => stream === `wallet-${user}`).map(({ id }) => id),
  );
  const store = { ...tools.store, readLast: async () => null };
  const now = await walletAt({ store }, user, { at: null, position: null });
  if (E.isLeft(now)) return t.fail(now.left.kind);
  const { balance, held } = now.right.state;
  t.is(balanceIn(story, walletAccount(user)), held.minor - balance.minor);
  t.is(balanceIn(story, accountOf('held-funds', user)), 0 - held.minor);
  for (const { postings } of story) {
    t.is(
      postings.reduce((sum, { amount }) => sum + amount, 0),
      0,
    );
  }
});

test('money that moved for a rental is told with what led to it, back to the request', async (t) => {
  const story = await storyOf(explainWallet(tools, user));
  const capture = story.find(({ type }) => type === 'FundsCaptured');
  if (capture === undefined) return t.fail('nothing was captured');
  const [nearest] = capture.causes;
  t.is(nearest?.eventId, capture.causationId);
  t.regex(nearest?.stream ?? '', /^rental-/);
  t.regex(capture.sentence, /^Rs \d+\.\d{2} taken .* of what was set aside/);
  t.is(capture.rule, 'wallet FundsCaptured');
  t.not(capture.commandId, '');
  const cause = history.find(({ id }) => id === nearest?.eventId);
  const decoded = cause === undefined ? null : decodeLogged(cause);
  t.true(decoded !== null && E.isRight(decoded));
  if (decoded === null || E.isLeft(decoded)) return;
  t.is(decoded.right.correlationId, capture.correlationId);
});

test('the story of a rental has its money in it, in the order of the log, and its legs close', async (t) => {
  const story = await storyOf(explainRental(tools, rental));
  const streams = new Set(story.map(({ stream }) => stream.split('-')[0]));
  t.true(streams.has('rental') && (streams.has('wallet') || streams.has('points')));
  t.deepEqual(
    story,
    story.toSorted((left, right) => (left.position < right.position ? -1 : 1)),
  );
  const own = history.filter(({ stream }) => stream === `rental-${rental}`);
  t.is(story.filter(({ stream }) => stream === `rental-${rental}`).length, own.length);
  const causes = new Set(story.flatMap((step) => step.causes).map(({ stream }) => stream));
  t.true(
    [...causes].some((stream) => stream.startsWith('station-')),
    [...causes].join(', '),
  );
  t.true(
    [...causes].some((stream) => stream.startsWith('renter-')),
    [...causes].join(', '),
  );
  t.is(balanceIn(story, rentalAccount('unearned-rentals', rental)) ?? 0, 0);
  t.is(balanceIn(story, rentalAccount('payment-clearing', rental)) ?? 0, 0);
});

test('the story of an account has every posting of it and no other event', async (t) => {
  const account = soleAccount('rental');
  const story = await storyOf(explainAccount(tools, account));
  t.true(story.length > 0);
  t.true(story.every(({ postings }) => postings.some((each) => each.account === account)));
  const sum = story
    .flatMap(({ postings }) => postings)
    .reduce((total, each) => (each.account === account ? total + each.amount : total), 0);
  t.is(balanceIn(story, account), sum);
  const wallet = walletAccount(user);
  t.is(
    balanceIn(await storyOf(explainAccount(tools, wallet)), wallet),
    balanceIn(await storyOf(explainWallet(tools, user)), wallet),
  );
});

test('one event is explained with what it took from the events before it', async (t) => {
  const event = await findEvent(tools, ({ id }) => id === completed?.id);
  if (event === null) return t.fail('it is there');
  const [step, ...others] = await storyOf(explainEvent(tools, event));
  t.deepEqual(others, []);
  t.like(step, { eventId: event.id, type: 'RentalCompleted' });
  const inStory = (await storyOf(explainRental(tools, rental))).find(
    ({ eventId }) => eventId === event.id,
  );
  t.deepEqual(
    step?.postings.map(({ account, amount }) => [account, amount]),
    inStory?.postings.map(({ account, amount }) => [account, amount]),
  );
  t.is(await findEvent(tools, () => false), null);
  const stream = await storyOf(explainStream(tools, event));
  t.is(stream.at(-1)?.eventId, event.id);
});

test('an event that cannot be read leaves a gap in the story, with its place', async (t) => {
  const damaged = history.map((event) =>
    event.id === captured?.id ? { ...event, data: 7 } : event,
  );
  const told = await collect(explainWallet(toolsOf(damaged), user));
  const gaps = told.filter(({ kind }) => kind === 'gap');
  t.is(gaps.length, 1);
  t.like(gaps[0], { eventId: captured?.id, revision: captured?.revision });
});

test('points have their story, too, and nobody has none', async (t) => {
  const nobody = brandOrThrow(UserId, 'nobody');
  t.deepEqual(await collect(explainWallet(tools, nobody)), []);
  const holder = history.find(({ stream }) => stream.startsWith('points-'));
  const holderId = brandOrThrow(UserId, holder?.stream.slice('points-'.length) ?? '');
  const story = await storyOf(explainPoints(tools, holderId));
  t.true(story.every(({ sentence }) => /\d points/.test(sentence)));
});

test('no sealed word is told', async (t) => {
  const sealed = history.map((event) =>
    event.type === 'FundsCredited' ? { ...event, data: adjusted(event.data) } : event,
  );
  const changed = sealed.map((event) =>
    event.type === 'FundsCredited'
      ? { ...event, type: 'WalletAdjusted', metadata: asFirstVersion(event.metadata) }
      : event,
  );
  const text = JSON.stringify(
    await collect(explainWallet(toolsOf(changed), user)),
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
  t.regex(text, /staff added Rs/);
  t.notRegex(text, /a secret reason/);
});

const asFirstVersion = (metadata: unknown): object => ({
  ...(typeof metadata === 'object' ? metadata : {}),
  schemaVersion: 1,
});

/** The data of a correction with the amount of a credit. */
const adjusted = (data: unknown): object => ({
  ...(typeof data === 'object' && data !== null && 'amount' in data && 'at' in data
    ? { amount: data.amount, at: data.at }
    : {}),
  adjustmentId: 'a-1',
  reason: 'a secret reason',
});
