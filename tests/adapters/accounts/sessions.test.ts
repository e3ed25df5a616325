import test from 'ava';
import { createAccounts } from '../../../adapters/accounts/index.js';
import { instant } from '../../../domain/shared/instant.js';
import type { OpenedSession, Rotation, Sessions } from '../../../ports/accounts/sessions.js';
import { atOnce, day, openGround, storedText, tallyOf, user } from './support.js';

const maya = user('maya');
const phone = { holder: maya, realm: 'app', deviceId: null } as const;

const take = (sessions: Sessions, refreshToken: string, caller: string | null = 'app/1') =>
  sessions.rotate({ refreshToken, realm: 'app', caller });

/** The token that a rotation gave; fails when it gave none. */
const tokenOf = (rotation: Rotation): string => {
  if (rotation.kind !== 'rotated') throw new Error(`no token: ${rotation.kind}`);
  return rotation.refresh.token;
};

const sidOf = ({ session }: OpenedSession): string => session.sessionId;

test('each refresh token is good once, and the announced lifetime is the real one (P-093)', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { sessions } = accounts;
  const { session, refresh } = await sessions.open(phone);
  t.is(refresh.expiresAt, instant('2027-02-20T06:00:00Z'));
  clock.advance({ seconds: 90 * day - 1 });
  const rotation = await take(sessions, refresh.token);
  if (rotation.kind !== 'rotated') return t.fail(rotation.kind);
  t.is(rotation.session.sessionId, session.sessionId);
  t.not(rotation.refresh.token, refresh.token);
  clock.advance({ seconds: 11 });
  t.is((await take(sessions, refresh.token)).kind, 'reused');
  t.is((await take(sessions, rotation.refresh.token)).kind, 'revoked');
});

test('a token of ours names its session, used or not, and nothing else names any', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const first = await sessions.open(phone);
  const next = tokenOf(await take(sessions, first.refresh.token));
  const other = await sessions.open(phone);
  t.is(sessions.sessionNamedBy(first.refresh.token), sidOf(first));
  t.is(sessions.sessionNamedBy(next), sidOf(first));
  t.is(sessions.sessionNamedBy(other.refresh.token), sidOf(other));
  // The same session named, with a tag that somebody made up.
  const forged = `${next.slice(0, -4)}${next.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  for (const text of ['', 'x', forged, 'a'.repeat(next.length)]) {
    t.is(sessions.sessionNamedBy(text), null, text);
  }
});

test('a refresh token expires, and no session lasts longer than half a year', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { sessions } = accounts;
  const idle = await sessions.open(phone);
  const busy = await sessions.open(phone);
  clock.advance({ seconds: 89 * day });
  const once = tokenOf(await take(sessions, busy.refresh.token));
  clock.advance({ seconds: day });
  t.deepEqual(await take(sessions, idle.refresh.token), { kind: 'expired' });
  clock.advance({ seconds: 88 * day });
  const last = await take(sessions, once);
  t.is(last.kind === 'rotated' && last.refresh.expiresAt, instant('2027-05-21T06:00:00Z'));
  clock.advance({ seconds: 2 * day });
  t.deepEqual(await take(sessions, tokenOf(last)), { kind: 'expired' });
});

test('who lost the answer gets the same successor within ten seconds', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { sessions } = accounts;
  const { refresh } = await sessions.open(phone);
  const first = await take(sessions, refresh.token);
  clock.advance({ seconds: 10 });
  const second = await take(sessions, refresh.token);
  t.deepEqual(second, { ...first, isRepeat: true });
  clock.advance({ ms: 1 });
  t.is((await take(sessions, refresh.token)).kind, 'reused');
});

test('another caller gets no answer again, nor does anybody once the successor was used', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  for (const stranger of ['app/2', null]) {
    const { refresh } = await sessions.open(phone);
    await take(sessions, refresh.token, 'app/1');
    t.is((await take(sessions, refresh.token, stranger)).kind, 'reused');
  }
  const { refresh } = await sessions.open(phone);
  await take(sessions, tokenOf(await take(sessions, refresh.token)));
  t.is((await take(sessions, refresh.token)).kind, 'reused');
});

test('of two refreshes at once both get the same token, however many they are', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const { refresh } = await sessions.open(phone);
  const rotations = await atOnce(12, () => take(sessions, refresh.token));
  t.is(new Set(rotations.map(tokenOf)).size, 1);
  const repeats = rotations.map((each) => String(each.kind === 'rotated' && each.isRepeat));
  t.deepEqual(tallyOf(repeats), { false: 1, true: 11 });
});

test('a token of long ago ends the session, and the holder can be told of it', async (t) => {
  const { accounts, clock, log } = await openGround(t);
  const { sessions } = accounts;
  const { session, refresh } = await sessions.open(phone);
  let token = refresh.token;
  for (let turn = 0; turn < 5; turn += 1) {
    clock.advance({ seconds: day });
    token = tokenOf(await take(sessions, token));
  }
  const reuse = await take(sessions, refresh.token);
  t.like(reuse, { kind: 'reused', session: { sessionId: session.sessionId, holder: maya } });
  t.deepEqual(await take(sessions, token), { kind: 'revoked' });
  const told = log.lines.filter(({ level }) => level === 'warn');
  t.is(told.length, 1);
  t.false(JSON.stringify(log.lines).includes(refresh.token));
});

test('what was never a token of ours ends nothing, even with the right session in it', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const { refresh } = await sessions.open(phone);
  const forged = Buffer.from(refresh.token, 'base64url');
  forged.writeUInt8(forged.readUInt8(20) ^ 1, 20);
  const respelled = `${refresh.token.slice(0, -1)}${refresh.token.endsWith('A') ? 'B' : 'A'}`;
  const made = ['', 'x', 'é'.repeat(86), forged.toString('base64url'), respelled];
  for (const token of made) t.deepEqual(await take(sessions, token), { kind: 'unknown' });
  t.is((await take(sessions, refresh.token)).kind, 'rotated');
});

test('after a change of the key of tags, tokens from before are good, and their reuse is refused', async (t) => {
  const { accounts, options, clock } = await openGround(t);
  const { refresh } = await accounts.sessions.open(phone);
  const { sessions } = createAccounts({ ...options, refreshTagKey: new Uint8Array(32) });
  const successor = tokenOf(await take(sessions, refresh.token));
  clock.advance({ minutes: 1 });
  t.deepEqual(await take(sessions, refresh.token), { kind: 'unknown' });
  t.is((await take(sessions, successor)).kind, 'rotated');
});

test('a token of the app is none at the door of partners, and not used up there', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const { refresh } = await sessions.open(phone);
  const wish = { refreshToken: refresh.token, realm: 'partner', caller: null } as const;
  t.deepEqual(await sessions.rotate(wish), { kind: 'unknown' });
  t.is((await take(sessions, refresh.token)).kind, 'rotated');
});

test('the database holds no token; the sealed successor opens with its predecessor only', async (t) => {
  const { accounts, database } = await openGround(t);
  const { sessions } = accounts;
  const { refresh } = await sessions.open(phone);
  const successor = tokenOf(await take(sessions, refresh.token));
  const stored = await storedText(database);
  for (const token of [refresh.token, successor]) {
    const bytes = Buffer.from(token, 'base64url');
    t.false(stored.includes(token));
    // The session id in front is no secret.
    t.false(stored.includes(bytes.subarray(16).toString('hex')));
  }
  await database.execute(`UPDATE account.sessions SET successor = (
    SELECT overlay(successor PLACING '\\x00' FROM 40) FROM account.sessions)`);
  t.is((await take(sessions, refresh.token)).kind, 'reused');
});

test('a session is revoked once, and its tokens are dead from then on', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const opened = await sessions.open(phone);
  const answers = await atOnce(8, () => sessions.revoke(sidOf(opened), 'by-staff'));
  t.deepEqual(tallyOf(answers), { revoked: 1, 'already-over': 7 });
  t.deepEqual(await take(sessions, opened.refresh.token), { kind: 'revoked' });
});

test('all sessions of somebody end, but the one that is spared, and nobody else loses any', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const [one, other, own] = [
    await sessions.open(phone),
    await sessions.open({ ...phone, realm: 'partner' }),
    await sessions.open(phone),
  ];
  const foreign = await sessions.open({ ...phone, holder: user('nima') });
  const spared = { exceptSessionId: sidOf(own) };
  t.is(await sessions.revokeAll(maya, 'password-changed', spared), 2);
  const left = await sessions.list(maya);
  t.deepEqual(
    left.map(({ sessionId }) => sessionId),
    [sidOf(own)],
  );
  t.is((await take(sessions, one.refresh.token)).kind, 'revoked');
  t.is((await take(sessions, own.refresh.token)).kind, 'rotated');
  t.is((await take(sessions, foreign.refresh.token)).kind, 'rotated');
  t.is(await sessions.revokeAll(maya, 'banned'), 1);
  t.deepEqual(await sessions.list(maya), []);
  t.is(await sessions.revoke(sidOf(other), 'by-staff'), 'already-over');
});

test('the twenty sessions that were used last stay', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { sessions } = accounts;
  const opened: OpenedSession[] = [];
  for (let count = 0; count < 20; count += 1) {
    opened.push(await sessions.open(phone));
    clock.advance({ seconds: 1 });
  }
  const [first, second] = opened;
  if (first === undefined || second === undefined) return t.fail();
  await take(sessions, first.refresh.token);
  clock.advance({ seconds: 1 });
  await sessions.open(phone);
  const left = new Set((await sessions.list(maya)).map(({ sessionId }) => sessionId));
  t.is(left.size, 20);
  t.true(left.has(sidOf(first)));
  t.false(left.has(sidOf(second)));
});

test('the device that registers during a session is the one of the session', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const { session } = await sessions.open(phone);
  t.is(await sessions.setDevice(session.sessionId, 'pixel-8'), 'set');
  t.deepEqual(await sessions.list(maya), [{ ...session, deviceId: 'pixel-8' }]);
  await sessions.revoke(session.sessionId, 'logout');
  t.is(await sessions.setDevice(session.sessionId, 'pixel-9'), 'already-over');
});
