import test from 'ava';
import { instant } from '../../../domain/shared/instant.js';
import type { OtpTarget } from '../../../ports/accounts/otp.js';
import { atOnce, openGround, storedText, tallyOf } from './support.js';

const phone: OtpTarget = { identifierIndex: 'a1'.repeat(32), purpose: 'sign-in' };

test('a verification token is redeemed once, whoever comes at the same time (AUTH-4)', async (t) => {
  const { accounts } = await openGround(t);
  const { token, expiresAt } = await accounts.verificationTokens.issue(phone);
  t.is(expiresAt, instant('2026-11-22T06:10:00Z'));
  const redemptions = await atOnce(30, () => accounts.verificationTokens.redeem(phone, token));
  t.deepEqual(tallyOf(redemptions.map(({ kind }) => kind)), { redeemed: 1, used: 29 });
});

test('it is bound to its identifier and purpose, and a try with others does not use it up', async (t) => {
  const { accounts } = await openGround(t);
  const { verificationTokens } = accounts;
  const { token } = await verificationTokens.issue(phone);
  const others: OtpTarget[] = [
    { ...phone, identifierIndex: 'b2'.repeat(32) },
    { ...phone, purpose: 'add-identifier' },
  ];
  for (const other of others) {
    t.deepEqual(await verificationTokens.redeem(other, token), { kind: 'unknown' });
  }
  t.deepEqual(await verificationTokens.redeem(phone, `${token}x`), { kind: 'unknown' });
  t.deepEqual(await verificationTokens.redeem(phone, token), { kind: 'redeemed' });
});

test('it lasts ten minutes', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { verificationTokens } = accounts;
  const [one, other] = [
    await verificationTokens.issue(phone),
    await verificationTokens.issue(phone),
  ];
  clock.advance({ seconds: 599 });
  t.deepEqual(await verificationTokens.redeem(phone, one.token), { kind: 'redeemed' });
  clock.advance({ seconds: 1 });
  t.deepEqual(await verificationTokens.redeem(phone, other.token), { kind: 'expired' });
});

test('given back, it is good again for one, until it expires', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { verificationTokens } = accounts;
  const { token } = await verificationTokens.issue(phone);
  await verificationTokens.redeem(phone, token);
  await verificationTokens.giveBack(token);
  const again = await atOnce(10, () => verificationTokens.redeem(phone, token));
  t.is(tallyOf(again.map(({ kind }) => kind)).redeemed, 1);
  await verificationTokens.giveBack(token);
  clock.advance({ minutes: 10 });
  t.deepEqual(await verificationTokens.redeem(phone, token), { kind: 'expired' });
});

test('the database holds no token, and none of a deleted account (P-121)', async (t) => {
  const { accounts, database } = await openGround(t);
  const { verificationTokens } = accounts;
  const { token } = await verificationTokens.issue(phone);
  t.false((await storedText(database)).includes(token));
  await verificationTokens.forget([phone.identifierIndex]);
  t.deepEqual(await verificationTokens.redeem(phone, token), { kind: 'unknown' });
});
