import test, { type ExecutionContext } from 'ava';
import { desks, password, someEmail } from '../support/desks.js';
import { networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { admin, type CheckedAnswer, moderator, superAdmin } from '../support/openapi-client.js';
import { whereFound } from '../support/plain-text-search.js';
import { itemsOf } from '../support/rental-calls.js';
import { signingIn, someNumber } from '../support/signing-in.js';

const network = networkOfThisFile();
const { registered, verified, complete } = signingIn(network);
const { staff, added } = desks(network);

const positionOf = ({ headers }: Pick<CheckedAnswer, 'headers'>): string =>
  headers.get('x-position') ?? '';

/** Everything that has happened so far is in the read models. */
const newest = async (): Promise<{ readonly minPosition: string }> => {
  const { settled, store } = network();
  await settled();
  return { minPosition: String(await store.lastPosition()) };
};

const documents = (number: string) => ({
  document_number: number,
  document_front_url: `https://media.example.com/${number}.jpg`,
});

const submit = async (t: ExecutionContext, number: string) => {
  const person = await registered(t);
  const body = documents(number);
  t.is((await network().call(person.caller, 'POST /api/users/kyc', { body })).status, 200);
  return person;
};

test.serial('staff find a user by whole words only, whichever it is known by', async (t) => {
  const { call } = network();
  const number = someNumber();
  const { caller, answer } = await registered(t, number, { username: 'Find.Me' });
  const fresh = await newest();
  const find = async (search: string) => {
    const path = `GET /api/admin/users?search=${encodeURIComponent(search)}` as const;
    return itemsOf(await call(moderator, path, fresh)).map(({ user_id }) => user_id);
  };
  const words = [number, `+977 ${number}`, 'find.me', caller.id, answer.data.referral_code];
  for (const word of words) t.deepEqual(await find(String(word)), [caller.id], String(word));
  for (const word of ['Find', number.slice(0, 9), '%', "' OR true --"]) {
    t.deepEqual(await find(word), [], word);
  }
});

test.serial('users are listed newest first, a page at a time', async (t) => {
  const { call, clock } = network();
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    clock.advance({ seconds: 1 });
    ids.unshift((await registered(t)).caller.id);
  }
  const fresh = await newest();
  const first = await call(moderator, 'GET /api/admin/users?page_size=2', fresh);
  const cursor = String(first.data.next_cursor);
  const second = await call(moderator, `GET /api/admin/users?page_size=2&cursor=${cursor}`, fresh);
  const seen = [...itemsOf(first), ...itemsOf(second)].map(({ user_id }) => user_id);
  t.deepEqual(seen.slice(0, 3), ids);
  t.is(new Set(seen).size, 4);
});

test.serial('P-050: the list shows the true state of each identity check', async (t) => {
  const { call } = network();
  const people = [await registered(t), await submit(t, 'A-10001'), await submit(t, 'A-10002')];
  const [, , third] = people;
  if (third === undefined) return t.fail('three people were there');
  const decision = `PATCH /api/admin/kyc/submissions/${third.caller.id}` as const;
  t.is((await call(admin, decision, { body: { status: 'APPROVED' } })).status, 200);
  const fresh = await newest();
  const states: unknown[] = [];
  for (const { caller } of people) {
    const listed = await call(moderator, `GET /api/admin/users?search=${caller.id}`, fresh);
    const [item] = itemsOf(listed);
    const detail = await call(moderator, `GET /api/admin/users/${caller.id}`, fresh);
    const own = await call(caller, 'GET /api/users/kyc/status', fresh);
    t.is(item?.kyc_status, detail.data.kyc_status);
    t.is(item?.kyc_status, own.data.status);
    states.push(item?.kyc_status);
  }
  t.deepEqual(states, ['NOT_SUBMITTED', 'PENDING', 'APPROVED']);
});

test.serial(
  'KYC-1: a rejection says why, to the user as well, and may be followed by another try',
  async (t) => {
    const { call, eventsOf } = network();
    const { caller } = await submit(t, 'B-20001');
    const path = `PATCH /api/admin/kyc/submissions/${caller.id}` as const;
    const rejected = { status: 'REJECTED', rejection_reason: 'The picture shows a cat' };
    t.is((await call(moderator, path, { body: rejected })).code, 'forbidden');
    t.is((await call(admin, path, { body: { status: 'REJECTED' } })).code, 'reason_required');
    t.is((await call(admin, path, { body: rejected })).status, 200);
    const own = await call(caller, 'GET /api/users/kyc/status', await newest());
    t.like(own.data, { status: 'REJECTED', rejection_reason: 'The picture shows a cat' });
    const events = await eventsOf(`user-${caller.id}`, 'KycStatusChanged');
    t.notRegex(JSON.stringify(events.map(({ data }) => data)), /cat/, 'not in the log');
    const approved = { status: 'APPROVED' };
    t.is((await call(admin, path, { body: approved })).code, 'kyc_change_not_allowed');
    await call(caller, 'PATCH /api/users/kyc', { body: documents('B-20002') });
    t.is((await call(admin, path, { body: approved })).status, 200);
  },
);

test.serial(
  'documents that came after staff had looked are not decided with the others',
  async (t) => {
    const { call, clock } = network();
    const { caller } = await submit(t, 'C-30001');
    const list = 'GET /api/admin/kyc/submissions?status=PENDING';
    // Others may have submitted at the same moment: the clock of a test stands still.
    const submission = async () =>
      itemsOf(await call(moderator, list, await newest())).find(
        ({ user_id }) => user_id === caller.id,
      );
    const seen = await submission();
    t.like(seen, { user_id: caller.id, kyc_status: 'PENDING' });
    t.like(seen?.documents, documents('C-30001'));
    clock.advance({ seconds: 5 });
    await call(caller, 'POST /api/users/kyc', { body: documents('C-30002') });
    const path = `PATCH /api/admin/kyc/submissions/${caller.id}` as const;
    const decision = { status: 'APPROVED', submitted_at: seen?.submitted_at };
    t.is((await call(admin, path, { body: decision })).code, 'kyc_resubmitted');
    const now = await submission();
    t.like(now?.documents, documents('C-30002'));
    const again = { status: 'APPROVED', submitted_at: now?.submitted_at };
    t.is((await call(admin, path, { body: again })).status, 200);
  },
);

test.serial('AUTH-7, P-092: a ban ends everything at once, and has a reason', async (t) => {
  const { call } = network();
  const number = someNumber();
  const { caller, refresh } = await registered(t, number);
  const path = `POST /api/admin/users/${caller.id}/status` as const;
  const body = { status: 'BANNED', reason: 'Rented with a stolen card' };
  t.is((await call(moderator, path, { body })).code, 'forbidden');
  t.is((await call(admin, path, { body: { ...body, reason: ' ' } })).code, 'reason_required');
  const banned = await call(admin, path, { body });
  t.like(banned.data, { user_id: caller.id, status: 'BANNED' });
  t.is((await call(caller, 'GET /api/users/wallet')).status, 401);
  const refreshed = await call(null, 'POST /api/auth/refresh', { body: { refresh } });
  t.is(refreshed.code, 'invalid_refresh_token');
  const { token } = await verified(t, number);
  t.is((await complete(number, token)).code, 'user_invalid');
  const minPosition = positionOf(banned);
  const detail = await call(moderator, `GET /api/admin/users/${caller.id}`, { minPosition });
  t.like(detail.data, { status: 'BANNED', status_reason: body.reason });
  const rest = { status: 'INACTIVE', reason: 'why not' };
  t.is((await call(admin, path, { body: rest })).code, 'user_status_change_not_allowed');
  const back = { status: 'ACTIVE', reason: 'a mistake' };
  t.is((await call(admin, path, { body: back })).status, 200);
});

test.serial('TOP-5: money that staff add is added once, and shown to the user', async (t) => {
  const { call } = network();
  const { caller } = await registered(t);
  const path = `POST /api/admin/users/${caller.id}/add-balance` as const;
  const body = { amount: '150.00', reason: 'paid at the counter' };
  t.is((await call(admin, path, { body })).code, 'forbidden');
  for (const amount of ['0.00', '-5', 'lots']) {
    t.is((await call(superAdmin, path, { body: { ...body, amount } })).status, 400, amount);
  }
  const first = await call(superAdmin, path, { body, key: 'counter-1' });
  t.deepEqual(first.data, { user_id: caller.id, added: '150.00', balance: '150.00' });
  const again = await call(superAdmin, path, { body, key: 'counter-1' });
  t.deepEqual(again.data, first.data);
  const fresh = await newest();
  const wallet = await call(caller, 'GET /api/payments/wallet/balance', fresh);
  t.is(wallet.data.balance, '150.00');
  const [movement, ...others] = itemsOf(
    await call(caller, 'GET /api/payments/transactions', fresh),
  );
  t.like(movement, { type: 'ADJUSTMENT', purpose: 'CREDIT', amount: '150.00', status: 'SUCCESS' });
  t.deepEqual(others, []);
  const ghost = await call(superAdmin, 'POST /api/admin/users/nobody/add-balance', { body });
  t.is(ghost.code, 'user_not_found');
});

test.serial('what staff cannot do to a user who left is said', async (t) => {
  const { call } = network();
  const { caller } = await registered(t);
  t.is((await call(caller, 'DELETE /api/auth/account')).status, 204);
  const fresh = await newest();
  const user = `/api/admin/users/${caller.id}` as const;
  const body = { status: 'BANNED', reason: 'too late' };
  t.is((await call(admin, `POST ${user}/status`, { body })).code, 'account_deleted');
  const money = { amount: '1.00', reason: 'too late' };
  const added = await call(superAdmin, `POST ${user}/add-balance`, { body: money });
  t.is(added.code, 'account_deleted');
  const detail = await call(moderator, `GET ${user}`, fresh);
  t.like(detail.data, { username: null, phone_number: null, full_name: null, status: 'INACTIVE' });
});

const words = { title: 'Dashain', message: 'All stations are open.', target_audience: 'NEW' };

test.serial(
  'P-118: a broadcast by e-mail sends e-mail to everybody of its class, once',
  async (t) => {
    const { call, settled, log } = network();
    const boss = await staff(t, 'moderator');
    const [ann, bob, eve] = [someEmail(), someEmail(), someEmail()];
    await registered(t, ann);
    const banned = await registered(t, bob);
    const gone = await registered(t, eve);
    const ban = { status: 'BANNED', reason: 'Rented with a stolen card' };
    await call(admin, `POST /api/admin/users/${banned.caller.id}/status`, { body: ban });
    t.is((await call(gone.caller, 'DELETE /api/auth/account')).status, 204);
    // So that they are not expected either.
    await call(moderator, 'GET /api/admin/users', await newest());
    const body = { ...words, send_email: true };
    const post = 'POST /api/admin/broadcast' as const;
    const accepted = await call(boss.caller, post, { body, key: 'dashain' });
    t.is(accepted.status, 202, accepted.text);
    const repeated = await call(boss.caller, post, { body, key: 'dashain' });
    t.is(repeated.data.id, accepted.data.id);
    await settled();
    const path = `GET /api/admin/broadcast/${String(accepted.data.id)}` as const;
    const { data } = await call(boss.caller, path, await newest());
    const { expected } = accepted.data;
    const end = { status: 'COMPLETED', sent_by: boss.id, expected, accepted: expected, waiting: 0 };
    t.like(data, { ...end, refused: 0, failed: 0, unknown: 0, under_way: 0 });
    const sent = log.lines.filter(({ fields }) => fields.purpose === 'broadcast');
    t.is(sent.length, Number(expected));
    const list = itemsOf(await call(boss.caller, 'GET /api/admin/broadcast', await newest()));
    t.deepEqual(list, [data]);
    const actions = await call(superAdmin, `GET /api/admin/action-logs?actor=${boss.id}`);
    t.like(itemsOf(actions)[0], { action: 'BroadcastAccepted', target_id: data.id });
  },
);

test.serial('P-118: a broadcast that cannot go as it was meant is refused', async (t) => {
  const { call } = network();
  const send = (more: Readonly<Record<string, unknown>>) =>
    call(moderator, 'POST /api/admin/broadcast', { body: { ...words, ...more } });
  const push = await send({ send_email: true, send_push: true });
  t.is(push.code, 'unsupported_channel');
  t.is(push.json.channel, 'push');
  t.is((await send({})).code, 'channel_required');
  t.is((await send({ send_email: true, title: ' ' })).code, 'words_missing');
  for (const long of [{ title: 'x'.repeat(201) }, { message: 'x'.repeat(1_001) }]) {
    t.is((await send({ send_email: true, ...long })).code, 'invalid_request');
  }
});

test.serial(
  'P-121: neither passwords nor what staff wrote is in events, logs or tables',
  async (t) => {
    const { call, settled, store, database, log } = network();
    const boss = await staff(t, 'super_admin');
    const { caller } = await registered(t);
    const words = 'Lied about the address in Baneshwor';
    const next = 'a password that nobody guesses';
    const body = { status: 'BANNED', reason: words };
    await call(boss.caller, `POST /api/admin/users/${caller.id}/status`, { body });
    const change = { current_password: password, new_password: next, confirm_password: next };
    await call(boss.caller, 'PUT /api/admin/change-password', { body: change });
    const wrong = { email: boss.email, password: 'not the password of anybody' };
    await call(null, 'POST /api/admin/login', { body: wrong });
    const { id } = await added(t, 'moderator');
    await call(boss.caller, `PATCH /api/admin/profiles/${id}`, {
      body: { is_active: false, reason: 'Drank in the office of Thamel' },
    });
    await settled();
    const secrets = [
      words,
      next,
      password,
      wrong.password,
      boss.email,
      boss.refresh,
      'Drank in the office of Thamel',
    ];
    const texts = log.lines.map((line) => JSON.stringify(line));
    const found = await whereFound(secrets, [
      { kind: 'database', database },
      { kind: 'events', store },
      { kind: 'texts', name: 'log lines', texts },
    ]);
    t.deepEqual(found, []);
    const actions = await call(superAdmin, 'GET /api/admin/action-logs', await newest());
    for (const secret of secrets) t.false(actions.text.includes(secret), secret);
  },
);

readModelsAreRebuiltEqual(network);
