import test from 'ava';
import { createSessionGate } from '../../../adapters/accounts/session-gate.js';
import { postgresRentalLocations } from '../../../adapters/postgres/rental-locations.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { RentalId } from '../../../domain/shared/ids.js';
import type { OtpTarget } from '../../../ports/accounts/otp.js';
import { day, openGround, storedText, user, userId } from './support.js';

const maya = user('maya');
const phone: OtpTarget = { identifierIndex: 'a1'.repeat(32), purpose: 'sign-in' };
const app = { holder: maya, realm: 'app', deviceId: null } as const;

const rowsIn = async (database: Parameters<typeof storedText>[0]): Promise<number> =>
  (await storedText(database)).match(/"t":/g)?.length ?? 0;

test('of a deleted account nothing is kept here but its ended sessions (AUTH-11, P-097)', async (t) => {
  const { accounts, database, clock, log } = await openGround(t);
  const { session } = await accounts.sessions.open({ ...app, deviceId: 'device of maya' });
  await accounts.devices.register(userId('maya'), {
    deviceId: 'device of maya',
    pushToken: 'push token of maya',
    type: 'IOS',
    name: 'phone of maya',
    appVersion: null,
    osVersion: null,
  });
  await accounts.otp.issue(phone);
  await accounts.verificationTokens.issue(phone);
  await accounts.passwords.set(maya, 'a password');
  await accounts.setupLinks.issue(maya);
  const options = { identifierIndexes: [phone.identifierIndex] };
  await accounts.forget(maya, options);
  await accounts.forget(maya, options);
  await accounts.sessions.setDevice(session.sessionId, 'late device of maya');
  const kept = await storedText(database);
  t.false(kept.includes('of maya'));
  t.false(kept.includes(phone.identifierIndex));
  t.deepEqual(await accounts.sessions.list(maya), []);
  t.false(await accounts.passwords.has(maya));
  const gate = createSessionGate({ database, clock, log });
  const pass = { holder: maya, sessionId: session.sessionId, issuedAt: clock.now() };
  t.is(await gate.judge(pass), 'revoked');
  t.is(await gate.judge({ ...pass, sessionId: null }), 'revoked');
  clock.advance({ seconds: day });
  await accounts.purge();
  t.false((await storedText(database)).includes('maya'));
});

test('where somebody was is forgotten with the account, or after two years', async (t) => {
  const { accounts, database, clock } = await openGround(t);
  const locations = postgresRentalLocations(database);
  const position = {
    latitudeMicrodegrees: 27_717_200,
    longitudeMicrodegrees: 85_324_000,
    accuracyMetres: 10,
    at: clock.now(),
  };
  const add = (name: string) =>
    locations.add({
      ...position,
      rentalId: brandOrThrow(RentalId, `rental-of-${name}`),
      userId: userId(name),
    });
  const whose = async (): Promise<readonly unknown[]> =>
    (await database.query('SELECT user_id FROM rental_location.positions ORDER BY user_id')).map(
      ({ user_id: id }) => id,
    );
  await add('maya');
  await add('nima');
  await accounts.forget(maya, { identifierIndexes: [] });
  t.deepEqual(await whose(), ['nima'], 'AUTH-11');
  clock.advance({ seconds: 729 * day });
  await accounts.purge();
  t.deepEqual(await whose(), ['nima']);
  clock.advance({ seconds: day });
  await accounts.purge();
  t.deepEqual(await whose(), []);
});

test('what is over is purged, and what may still be asked for stays', async (t) => {
  const { accounts, database, clock } = await openGround(t);
  const { sessions } = accounts;
  const live = await sessions.open(app);
  const ended = await sessions.open(app);
  await sessions.rotate({ refreshToken: live.refresh.token, realm: 'app', caller: null });
  await sessions.revoke(ended.session.sessionId, 'by-staff');
  await sessions.revokeAll(user('nima'), 'banned');
  await accounts.otp.issue(phone);
  await accounts.verificationTokens.issue(phone);
  await accounts.setupLinks.issue(maya);
  await accounts.passwords.check({ name: 'n', holder: null, password: 'p' });
  t.is(await accounts.purge(), 0, 'nothing is over yet');
  t.is(await rowsIn(database), 7);

  clock.advance({ minutes: 2 });
  t.is(await accounts.purge(), 1, 'the sealed successor');
  clock.advance({ minutes: 10 });
  t.is(await accounts.purge(), 2, 'code and verification token');
  const judge = (sessionId: string | null, holder = maya) =>
    accounts.gate.judge({ holder, sessionId, issuedAt: clock.now() });
  t.is(await judge(ended.session.sessionId), 'revoked');
  clock.advance({ seconds: day });
  t.is(await accounts.purge(), 4, 'link, failures, ended session, voided holder');
  t.is(await judge(live.session.sessionId), 'open');
  t.is(await judge(ended.session.sessionId), 'revoked', 'what is not there is not open');

  clock.advance({ seconds: 91 * day });
  t.is(await accounts.purge(), 1, 'the session that nobody used');
  t.is(await rowsIn(database), 0);
});

test('tries of a running hour outlive their code', async (t) => {
  const { accounts, clock } = await openGround(t);
  await accounts.otp.issue(phone);
  for (let guess = 0; guess < 5; guess += 1) await accounts.otp.check(phone, 'guess');
  clock.advance({ minutes: 59 });
  t.is(await accounts.purge(), 0);
  t.is((await accounts.otp.issue(phone)).kind, 'exhausted');
  clock.advance({ minutes: 1 });
  t.is(await accounts.purge(), 1);
  t.is((await accounts.otp.issue(phone)).kind, 'issued');
});
