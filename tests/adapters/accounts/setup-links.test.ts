import test from 'ava';
import { instant } from '../../../domain/shared/instant.js';
import { atOnce, openGround, storedText, tallyOf } from './support.js';

const partner = { kind: 'user', id: 'partner-1' } as const;
const password = 'chosen by the partner';
const attempt = { name: 'c3'.repeat(32), holder: partner };

test('a link sets the password once, whoever comes at the same time (AUTH-12)', async (t) => {
  const { accounts } = await openGround(t);
  const { setupLinks, passwords } = accounts;
  const { token, expiresAt } = await setupLinks.issue(partner);
  t.is(expiresAt, instant('2026-11-23T06:00:00Z'));
  const outcomes = await atOnce(6, (index) => setupLinks.redeem(token, `${password} ${index}`));
  t.deepEqual(tallyOf(outcomes.map(({ kind }) => kind)), { set: 1, used: 5 });
  const first = outcomes.findIndex(({ kind }) => kind === 'set');
  t.deepEqual(outcomes[first], { kind: 'set', holder: partner });
  const check = { ...attempt, password: `${password} ${first}` };
  t.deepEqual(await passwords.check(check), { kind: 'correct' });
});

test('a link lasts a day, and a new one makes it void', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { setupLinks } = accounts;
  const first = await setupLinks.issue(partner);
  const second = await setupLinks.issue(partner);
  t.deepEqual(await setupLinks.redeem(first.token, password), { kind: 'unknown' });
  clock.advance({ minutes: 24 * 60 });
  t.deepEqual(await setupLinks.redeem(second.token, password), { kind: 'expired' });
  t.false(await accounts.passwords.has(partner));
  const third = await setupLinks.issue(partner);
  t.is((await setupLinks.redeem(third.token, password)).kind, 'set');
  t.deepEqual(await setupLinks.redeem(third.token, password), { kind: 'used' });
});

test('the database holds no link (P-121)', async (t) => {
  const { accounts, database } = await openGround(t);
  const { token } = await accounts.setupLinks.issue(partner);
  t.false((await storedText(database)).includes(token));
  t.deepEqual(await accounts.setupLinks.redeem('made up', password), { kind: 'unknown' });
});
