import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { testContext } from '../support/house.js';
import { eventually, networkOfThisFile } from '../support/network.js';
import type { Caller } from '../support/openapi-client.js';
import { signingIn, someNumber } from '../support/signing-in.js';

const network = networkOfThisFile();
const { registered, verified, complete } = signingIn(network);

const whole = { full_name: 'Sita Rai', date_of_birth: '1999-02-28', address: 'Patan 12' };

const profileOf = async (caller: Caller, minPosition: string) =>
  (await network().call(caller, 'GET /api/users/profile', { minPosition })).data;

const pointsOf = async (caller: Caller): Promise<number> => {
  const { state } = await network().handlers.points.load(caller.id);
  return state.balance;
};

test.serial('who I am is shown to me, opened', async (t) => {
  const identifier = someNumber();
  const { caller, answer } = await registered(t, identifier, { username: 'Me.Myself' });
  const minPosition = answer.headers.get('x-position') ?? '';
  const me = await network().call(caller, 'GET /api/auth/me', { minPosition });
  t.like(me.data, {
    user_id: caller.id,
    username: 'Me.Myself',
    phone_number: `+977${identifier}`,
    email: null,
    status: 'ACTIVE',
    kyc_status: 'NOT_SUBMITTED',
    profile_complete: false,
  });
});

test.serial(
  'PROF-1, P-096: a profile is completed piece by piece, and rewarded once',
  async (t) => {
    const { call, settled } = network();
    const { caller } = await registered(t);
    await settled();
    t.is(await pointsOf(caller), 50, 'for signing up');
    const first = await call(caller, 'PATCH /api/users/profile', {
      body: { full_name: whole.full_name },
    });
    t.like(first.data, { profile_complete: false });
    const { full_name: _, ...rest } = whole;
    const second = await call(caller, 'PATCH /api/users/profile', { body: rest });
    t.like(second.data, { profile_complete: true });
    const shown = await profileOf(caller, second.headers.get('x-position') ?? '');
    t.like(shown, { ...whole, profile_complete: true });
    await call(caller, 'PUT /api/users/profile', { body: { ...whole, avatar_url: null } });
    await settled();
    t.is(await pointsOf(caller), 70, 'twenty for the profile, once');
  },
);

test.serial('PROF-1: accounts are for adults', async (t) => {
  const { caller } = await registered(t);
  const answer = await network().call(caller, 'PATCH /api/users/profile', {
    body: { date_of_birth: '2020-01-01' },
  });
  t.is(answer.code, 'under_age');
});

test.serial(
  'AUTH-10: the missing identifier is added once, proven, and signs in too',
  async (t) => {
    const { call } = network();
    const { caller } = await registered(t);
    const email = `${caller.id}@example.com`;
    const change = (body: Readonly<Record<string, unknown>>) =>
      call(caller, 'PATCH /api/users/profile', { body });
    t.is((await change({ email })).code, 'verification_required');
    const proof = await verified(t, email);
    t.is((await change({ email, verification_token: proof.token })).status, 200);
    const login = await verified(t, email);
    const signedIn = await complete(email, login.token);
    t.like(signedIn.data, { flow: 'LOGIN', user_id: caller.id });
    t.is((await change({ email: 'other@example.com' })).code, 'email_immutable');
    t.is((await change({ phone_number: someNumber() })).code, 'phone_immutable');
  },
);

test.serial('of two changes of a profile at once neither is lost', async (t) => {
  const { call } = network();
  const { caller } = await registered(t);
  const pieces = Object.entries(whole).map(([name, value]) => ({ [name]: value }));
  const saved = await Promise.all(
    pieces.map((body) => call(caller, 'PATCH /api/users/profile', { body })),
  );
  for (const answer of saved) t.is(answer.status, 200, answer.text);
  const last = String(await network().store.lastPosition());
  t.like(await profileOf(caller, last), { ...whole, profile_complete: true });
});

test.serial('AUTH-10: of two addresses that are added at once, one stays free', async (t) => {
  const { call } = network();
  const { caller } = await registered(t);
  const added = await Promise.all(
    ['first', 'second'].map(async (word) => {
      const email = `${word}-${caller.id}@example.com`;
      const { token } = await verified(t, email);
      return { email, token };
    }),
  );
  const answers = await Promise.all(
    added.map(({ email, token }) =>
      call(caller, 'PATCH /api/users/profile', { body: { email, verification_token: token } }),
    ),
  );
  const codes = answers.map(({ status, code }) => (status === 200 ? 'added' : code)).sort();
  t.deepEqual(codes, ['added', 'email_immutable']);
  const flows: unknown[] = [];
  for (const { email } of added) flows.push((await verified(t, email)).flow);
  const expected = answers.map(({ status }) => (status === 200 ? 'LOGIN' : 'REGISTER'));
  t.deepEqual(flows, expected, 'nobody is held back by an address that nobody has');
});

test.serial('AUTH-10: an address of somebody else is not added', async (t) => {
  const { call } = network();
  const owner = 'owner@example.com';
  await registered(t, owner);
  const { caller } = await registered(t);
  const { token } = await verified(t, owner);
  const body = { email: owner, verification_token: token };
  t.is((await call(caller, 'PATCH /api/users/profile', { body })).code, 'identifier_taken');
});

const documents = {
  document_number: '12-34-5678',
  document_front_url: 'https://media.example.com/front.jpg',
};

test.serial('pictures are behind https addresses, whoever shows them', async (t) => {
  const { call } = network();
  const { caller } = await registered(t);
  const script = 'javascript:alert(document.cookie)';
  const asked = [
    await call(caller, 'PATCH /api/users/profile', { body: { avatar_url: script } }),
    ...(await Promise.all(
      ['document_front_url', 'font_face_url', 'document_back_url'].map((field) =>
        call(caller, 'POST /api/users/kyc', { body: { ...documents, [field]: script } }),
      ),
    )),
  ];
  for (const answer of asked) t.like(answer, { status: 400, code: 'invalid_request' });
});

test.serial('KYC: submitted, rejected, submitted again, approved, rewarded', async (t) => {
  const { call, handlers, clock, settled } = network();
  const { caller } = await registered(t);
  const userId = brandOrThrow(UserId, caller.id);
  const submit = () => call(caller, 'POST /api/users/kyc', { body: documents });
  t.like((await submit()).data, { status: 'PENDING' });
  const at = clock.now();
  const rejection = { type: 'RejectKyc', reason: 'blurred', at } as const;
  await handlers.user.execute(userId, rejection, testContext());
  await eventually(async () => {
    const { data } = await call(caller, 'GET /api/users/kyc/status');
    return data.status === 'REJECTED' && data.rejection_reason === 'blurred';
  });
  const again = await call(caller, 'PATCH /api/users/kyc', { body: documents });
  t.like(again.data, { status: 'PENDING' });
  await handlers.user.execute(userId, { type: 'ApproveKyc', at }, testContext());
  await settled();
  t.is(await pointsOf(caller), 80, 'fifty for signing up and thirty for the check');
  t.is((await submit()).code, 'kyc_change_not_allowed', 'P-101: an approval stays');
});

test.serial('for who is not registered no key is made', async (t) => {
  const { call, database } = network();
  const stranger: Caller = { id: 'nobody-at-all', roles: ['user'] };
  const answer = await call(stranger, 'POST /api/users/kyc', { body: documents });
  t.is(answer.code, 'user_invalid');
  const keys = await database.query(
    "SELECT subject FROM account.personal_keys WHERE subject = 'user:nobody-at-all'",
  );
  t.deepEqual(keys, []);
});

test.serial('own figures of somebody who has not rented yet', async (t) => {
  const { caller, answer } = await registered(t);
  const minPosition = answer.headers.get('x-position') ?? '';
  const stats = await network().call(caller, 'GET /api/users/analytics/usage-stats', {
    minPosition,
  });
  t.like(stats.data, { total_rentals: 0, total_minutes: 0, total_spent: '0.00' });
});
