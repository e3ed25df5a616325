import test from 'ava';
import type { OpenedSession } from '../../../ports/accounts/sessions.js';
import { day, openGround, user } from './support.js';

const maya = user('maya');
const nima = user('nima');
const phone = { holder: maya, realm: 'app', deviceId: 'shared phone' } as const;

const idOf = ({ session }: OpenedSession): string => session.sessionId;

test('logout ends its own session whatever token comes along, and says what that was (P-040)', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { sessions } = accounts;
  const expired = await sessions.open(phone);
  clock.advance({ seconds: 90 * day });
  const other = await sessions.open(phone);
  const words = {
    own: 'valid_blacklisted',
    none: 'token_missing',
    broken: 'already_invalid',
    'made up': 'already_invalid',
    used: 'already_invalid',
    'of another session': 'token_mismatch',
    'of another session that is over': 'token_mismatch',
  } as const;
  for (const [which, word] of Object.entries(words)) {
    const opened = await sessions.open(phone);
    const used = await sessions.open(phone);
    await sessions.rotate({ refreshToken: used.refresh.token, realm: 'app', caller: null });
    const tokens: Record<string, string | null> = {
      own: opened.refresh.token,
      none: null,
      broken: 'eyJhbGciOiJIUzI1NiJ9.e30.',
      'made up': 'A'.repeat(86),
      used: used.refresh.token,
      'of another session': other.refresh.token,
      'of another session that is over': expired.refresh.token,
    };
    const session = which === 'used' ? used : opened;
    const refreshToken = tokens[which] ?? null;
    const wish = { holder: maya, sessionId: idOf(session), refreshToken };
    t.deepEqual(await sessions.leave(wish), { word, deviceId: 'shared phone' }, which);
    t.is(await sessions.revoke(idOf(session), 'logout'), 'already-over', which);
  }
  t.is(await sessions.revoke(idOf(other), 'logout'), 'revoked', 'it was spared');
});

test('logging out again is no fault, and changes nothing (AUTH-6)', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const opened = await sessions.open(phone);
  const wish = { holder: maya, sessionId: idOf(opened), refreshToken: opened.refresh.token };
  t.is((await sessions.leave(wish)).word, 'valid_blacklisted');
  t.deepEqual(await sessions.leave(wish), { word: 'already_invalid', deviceId: null });
});

test('on a shared device nobody logs the other one out (P-042)', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const hers = await sessions.open(phone);
  const his = await sessions.open({ ...phone, holder: nima });
  const wish = { holder: nima, sessionId: idOf(his), refreshToken: hers.refresh.token };
  t.is((await sessions.leave(wish)).word, 'token_mismatch');
  t.is((await sessions.list(maya)).length, 1);
  t.is((await sessions.list(nima)).length, 0);
});

test('an access token of an operator ends the session of its refresh token, if that is its own', async (t) => {
  const { accounts } = await openGround(t);
  const { sessions } = accounts;
  const hers = await sessions.open(phone);
  const his = await sessions.open({ ...phone, holder: nima });
  const wish = { holder: maya, sessionId: null };
  t.is((await sessions.leave({ ...wish, refreshToken: null })).word, 'token_missing');
  t.is((await sessions.leave({ ...wish, refreshToken: his.refresh.token })).word, 'token_mismatch');
  const leave = await sessions.leave({ ...wish, refreshToken: hers.refresh.token });
  t.is(leave.word, 'valid_blacklisted');
  t.is((await sessions.list(nima)).length, 1);
});
