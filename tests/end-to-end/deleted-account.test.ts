import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, UserId } from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';
import { testContext } from '../support/house.js';
import { networkOfThisFile } from '../support/network.js';
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

const credit = async ({ caller }: SignedIn, amount: string): Promise<void> => {
  const { handlers, clock } = network();
  const wish = {
    type: 'CreditWallet',
    creditId: brandOrThrow(EntryId, word()),
    amount: rupees(amount),
    source: 'TOPUP',
    rentalId: null,
    at: clock.now(),
  } as const;
  await handlers.wallet.execute(brandOrThrow(UserId, caller.id), wish, testContext());
};

const leave = ({ caller }: SignedIn, query = '') =>
  network().call(caller, `DELETE /api/auth/account${query}`);

test.serial('P-097: after deletion nothing that tells who it was is anywhere', async (t) => {
  const { call, settled, store, database, log, readModelsThatDiffer } = network();
  const person = await openHeart(t);
  await settled();
  t.is((await leave(person)).status, 204);
  await settled();
  const texts = log.lines.map((line) => JSON.stringify(line));
  const found = await whereFound(person.secrets, [
    { kind: 'database', database },
    { kind: 'events', store },
    { kind: 'texts', name: 'log lines', texts },
  ]);
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
