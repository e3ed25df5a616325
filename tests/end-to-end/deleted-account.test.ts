import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { identifierClaimId } from '../../domain/claim/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, UserId } from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';
import { sealWords } from '../../ports/sealed-words.js';
import { userReasonPlace } from '../../ports/user-data.js';
import { testContext } from '../support/house.js';
import { eventually, networkOfThisFile } from '../support/network.js';
import {
  newStation,
  putIn,
  readNow,
  type Started,
  standingOf,
  started,
  type TestStation,
} from '../support/network-life.js';
import { type Caller, type CheckedAnswer, superAdmin } from '../support/openapi-client.js';
import { whereFound } from '../support/plain-text-search.js';
import { type SignedIn, signingIn, someNumber } from '../support/signing-in.js';

const network = networkOfThisFile();
const { registered, verified, complete } = signingIn(network);

const word = (): string => randomBytes(9).toString('hex');

/** Somebody who has told everything, in words that are nowhere else. */
const openHeart = async (t: ExecutionContext) => {
  const { call } = network();
  const email = `${word()}@example.com`;
  const person = await registered(t, email, { username: `u${word()}` });
  const profile = {
    full_name: `Sita ${word()}`,
    date_of_birth: '1990-01-31',
    address: `House ${word()}`,
    avatar_url: `https://media.example.com/${word()}.png`,
  };
  const saved = await call(person.caller, 'PUT /api/users/profile', { body: profile });
  t.is(saved.status, 200, saved.text);
  const documents = {
    document_number: word(),
    document_front_url: `https://media.example.com/${word()}.jpg`,
  };
  t.is((await call(person.caller, 'POST /api/users/kyc', { body: documents })).status, 200);
  const me = await call(person.caller, 'GET /api/auth/me', {
    minPosition: saved.headers.get('x-position') ?? '',
  });
  const secrets = [
    email,
    String(me.data.username),
    profile.full_name,
    profile.address,
    ...Object.values(documents),
    profile.avatar_url,
  ];
  return { ...person, email, secrets };
};

/** Words that stand nowhere else. */
const sentence = (about: string): string => `${about} ${word()}`;

/** The bank goes back into a slot while the request waits for it. */
const putBackFor = async (
  rental: Pick<Started, 'id' | 'bank'>,
  station: TestStation,
  ask: () => Promise<CheckedAnswer>,
): Promise<CheckedAnswer> => {
  const wishes = () => network().eventsOf(`rental-${rental.id}`, 'PutBackAwaited');
  const before = (await wishes()).length;
  const asking = ask();
  await eventually(async () => (await wishes()).length > before);
  await putIn(network(), station, { serial: rental.bank });
  return asking;
};

/** How many moments there are of which we know where somebody was. */
const positionsOf = async ({ id }: Pick<Caller, 'id'>): Promise<number> => {
  const rows = await network().database.query(
    'SELECT at FROM rental_location.positions WHERE user_id = $1',
    [id],
  );
  return rows.length;
};

/** There is no door for it yet. */
const correctPoints = async ({ id }: Pick<Caller, 'id'>, words: string): Promise<void> => {
  const { handlers, clock, desk } = network();
  const wish = {
    type: 'AdjustPoints',
    adjustmentId: brandOrThrow(EntryId, word()),
    points: 5,
    reason: await sealWords(desk.personalData, userReasonPlace(id, 'pointsReason'), words),
    at: clock.now(),
  } as const;
  await handlers.points.execute(brandOrThrow(UserId, id), wish, testContext());
};

/** Rents twice, and writes and is written about wherever there is room for words. */
const rentWithWords = async (t: ExecutionContext, { caller }: SignedIn) => {
  const { call, settled } = network();
  const station = await newStation(network(), { banks: 3 });
  const first = await started(network(), { caller }, station);
  const path = `/api/rentals/${first.id}` as const;
  const said = {
    description: sentence('my bag smells of it'),
    issue: sentence('it got hot in my pocket'),
    reason: sentence('I go home to my village'),
    note: sentence('she says she lost it'),
    bonus: sentence('for her broken cable'),
    refusal: sentence('her name is cut off'),
    correction: sentence('she was sick for a week'),
  };
  const place = { latitude: 27.7172, longitude: 85.324 };
  t.is((await call(caller, `POST ${path}/location`, { body: place })).status, 204);
  t.is(await positionsOf(caller), 1);
  const swapped = await putBackFor(first, station, () =>
    call(caller, `POST ${path}/swap`, {
      body: { reason: 'OTHER', description: said.description },
      wait: 20,
    }),
  );
  t.is(swapped.status, 200, swapped.text);
  const fault = { issue_type: 'CHARGING_ISSUE', description: said.issue };
  t.is((await call(caller, `POST ${path}/issues`, { body: fault })).status, 201);
  const second = { id: first.id, bank: String(swapped.data.powerbank_sn) };
  const cancelled = await putBackFor(second, station, () =>
    call(caller, `POST ${path}/cancel`, { body: { reason: said.reason }, wait: 20 }),
  );
  t.is(cancelled.status, 200, cancelled.text);
  await settled();
  const lost = await started(network(), { caller }, station);
  const forced = await call(superAdmin, `POST /api/admin/rentals/${lost.id}/force-complete`, {
    body: { amount: '0.00', reason: said.note },
  });
  t.is(forced.status, 200, forced.text);
  const bonus = await call(superAdmin, `POST /api/admin/users/${caller.id}/add-balance`, {
    body: { amount: '1.00', reason: said.bonus },
  });
  t.is(bonus.status, 200, bonus.text);
  const refused = await call(superAdmin, `PATCH /api/admin/kyc/submissions/${caller.id}`, {
    body: { status: 'REJECTED', rejection_reason: said.refusal },
  });
  t.is(refused.status, 200, refused.text);
  await correctPoints(caller, said.correction);
  await settled();
  const shown = {
    points: (await readNow(network(), caller, 'GET /api/points/history?page_size=1')).data,
    cancelled: await standingOf(network(), first.id),
    forced: await standingOf(network(), lost.id),
  };
  t.like(shown, {
    points: { items: [{ reason: said.correction }] },
    cancelled: { cancellation_reason: said.reason, swaps: [{ description: said.description }] },
    forced: { staff_note: said.note },
  });
  return { ids: [first.id, lost.id], secrets: Object.values(said) };
};

const credit = async ({ caller }: SignedIn, amount: string): Promise<void> => {
  const { handlers, clock } = network();
  const wish = {
    type: 'CreditWallet',
    creditId: brandOrThrow(EntryId, word()),
    amount: rupees(amount),
    source: 'TOPUP',
    gateway: null,
    rentalId: null,
    at: clock.now(),
  } as const;
  await handlers.wallet.execute(brandOrThrow(UserId, caller.id), wish, testContext());
};

const leave = ({ caller }: Pick<SignedIn, 'caller'>, query = '') =>
  network().call(caller, `DELETE /api/auth/account${query}`);

test.serial('P-097: after deletion nothing that tells who it was is anywhere', async (t) => {
  const { call, settled, store, database, log, readModelsThatDiffer } = network();
  const person = await openHeart(t);
  await credit(person, '200.00');
  const rented = await rentWithWords(t, person);
  t.is((await leave(person, '?waive_balance=true')).status, 204);
  await settled();
  for (const id of rented.ids) {
    const { cancellation_reason: reason, staff_note: note } = await standingOf(network(), id);
    t.deepEqual([reason, note], [null, null], 'staff see the rental, and no words');
  }
  t.is(await positionsOf(person.caller), 0, 'nor does anything tell where they were');
  const texts = log.lines.map((line) => JSON.stringify(line));
  const found = await whereFound(
    [...person.secrets, ...rented.secrets],
    [
      { kind: 'database', database },
      { kind: 'events', store },
      { kind: 'texts', name: 'log lines', texts },
    ],
  );
  t.deepEqual(found, []);
  t.is((await call(person.caller, 'GET /api/auth/me')).status, 401, 'AUTH-7: at once');
  const refreshed = await call(null, 'POST /api/auth/refresh', {
    body: { refresh: person.refresh },
  });
  t.is(refreshed.code, 'invalid_refresh_token');
  t.deepEqual(await readModelsThatDiffer(), [], 'a replay still succeeds');
});

test.serial('who left may begin anew with the same address, as somebody else', async (t) => {
  const { settled } = network();
  const person = await openHeart(t);
  t.is((await leave(person)).status, 204);
  await settled();
  const { flow, token } = await verified(t, person.email);
  t.is(flow, 'REGISTER');
  const again = await complete(person.email, token, { username: `u${word()}` });
  t.is(again.status, 201);
  t.not(again.data.user_id, person.caller.id);
});

test.serial('who left keeps nobody from an address that was never quite theirs', async (t) => {
  const { settled, handlers, desk, clock } = network();
  const { caller } = await registered(t);
  t.is((await leave({ caller })).status, 204);
  await settled();
  const address = `${word()}@example.com`;
  // As an addition of it leaves it that broke off between the claim and the account.
  const claim = identifierClaimId(desk.blindIndex.of('identifier', address));
  const wish = { type: 'ClaimName', bearer: caller.id, at: clock.now() } as const;
  await handlers.claim.execute(claim, wish, testContext());
  const { flow, token } = await verified(t, address);
  t.is(flow, 'REGISTER');
  const arrived = await complete(address, token, { username: `u${word()}` });
  t.is(arrived.status, 201, arrived.text);
  t.not(arrived.data.user_id, caller.id);
});

test.serial('AUTH-11: money stands in the way until it is waived', async (t) => {
  const { settled, handlers } = network();
  const person = await registered(t, someNumber());
  await credit(person, '75.50');
  const refused = await leave(person);
  t.is(refused.code, 'balance_not_empty');
  t.is(refused.json.balance, '75.50');
  t.false((await handlers.renter.load(person.caller.id)).state.isClosed, 'and the user stays');
  t.is((await leave(person, '?waive_balance=true')).status, 204);
  await settled();
  t.deepEqual((await handlers.wallet.load(person.caller.id)).state.balance, rupees('0'));
});
