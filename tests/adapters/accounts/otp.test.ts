import test from 'ava';
import fc from 'fast-check';
import { createAccounts } from '../../../adapters/accounts/index.js';
import { systemRandomness } from '../../../adapters/randomness.js';
import { instant } from '../../../domain/shared/instant.js';
import type { OtpCheck, OtpIssue, OtpStore, OtpTarget } from '../../../ports/accounts/otp.js';
import { atOnce, openGround, storedText, tallyOf } from './support.js';

const phone: OtpTarget = { identifierIndex: 'a1'.repeat(32), purpose: 'sign-in' };

/** A code that was issued, and one of the same form that was not. */
const issued = async (otp: OtpStore, target: OtpTarget = phone) => {
  const issue = await otp.issue(target);
  if (issue.kind !== 'issued') throw new Error('no code was issued');
  const { code } = issue;
  return { ...issue, wrong: code === '000000' ? '000001' : '000000' };
};

const kindsOf = (checks: readonly { readonly kind: string }[]) =>
  tallyOf(checks.map(({ kind }) => kind));

test('a code has six digits and works once (AUTH-2, P-091)', async (t) => {
  const { accounts } = await openGround(t);
  const { code } = await issued(accounts.otp);
  t.regex(code, /^\d{6}$/);
  t.deepEqual(await accounts.otp.check(phone, code), { kind: 'correct' });
  t.deepEqual(await accounts.otp.check(phone, code), { kind: 'none' });
});

test('a small number is a code of six digits, too', async (t) => {
  const { options } = await openGround(t);
  const randomness = { ...systemRandomness, below: () => 42 };
  const { otp } = createAccounts({ ...options, randomness });
  t.is((await issued(otp)).code, '000042');
});

test('of many who come with the right code at once, one gets in (P-091)', async (t) => {
  const { accounts } = await openGround(t);
  const { code } = await issued(accounts.otp);
  const checks = await atOnce(40, () => accounts.otp.check(phone, code));
  t.is(kindsOf(checks).correct, 1);
});

test('no crowd of guesses at once is compared with more than five codes (P-091)', async (t) => {
  const { accounts } = await openGround(t);
  const { code, wrong } = await issued(accounts.otp);
  const checks = await atOnce(60, () => accounts.otp.check(phone, wrong));
  t.deepEqual(kindsOf(checks), { wrong: 5, exhausted: 55 });
  t.deepEqual(await accounts.otp.check(phone, code), { kind: 'exhausted' });
});

test('asking for another code buys no tries within the hour, and none is sent in vain', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { otp } = accounts;
  const first = await issued(otp);
  for (let guess = 0; guess < 3; guess += 1) await otp.check(phone, first.wrong);
  clock.advance({ minutes: 4 });
  const second = await issued(otp);
  t.deepEqual(await otp.check(phone, second.wrong), { kind: 'wrong' });
  t.deepEqual(await otp.check(phone, second.wrong), { kind: 'wrong' });
  t.deepEqual(await otp.check(phone, second.code), { kind: 'exhausted' });
  const third = await otp.issue(phone);
  t.deepEqual(third, { kind: 'exhausted', until: instant('2026-11-22T07:00:00Z') });
  clock.advance({ minutes: 56 });
  const fourth = await issued(otp);
  t.deepEqual(await otp.check(phone, fourth.code), { kind: 'correct' });
});

test('a code lasts five minutes, and the one that replaces it makes it void', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { otp } = accounts;
  const first = await issued(otp);
  t.is(first.expiresAt, instant('2026-11-22T06:05:00Z'));
  clock.advance({ seconds: 299 });
  const second = await issued(otp);
  if (first.code !== second.code) {
    t.deepEqual(await otp.check(phone, first.code), { kind: 'wrong' });
  }
  clock.advance({ seconds: 300 });
  t.deepEqual(await otp.check(phone, second.code), { kind: 'expired' });
});

test('a code is for one identifier and one purpose', async (t) => {
  const { accounts } = await openGround(t);
  const { otp } = accounts;
  const { code } = await issued(otp);
  const others: OtpTarget[] = [
    { ...phone, identifierIndex: 'b2'.repeat(32) },
    { ...phone, purpose: 'add-identifier' },
  ];
  for (const other of others) {
    t.deepEqual(await otp.check(other, code), { kind: 'none' });
    // Even when a code is live there: it is another one, although its digits may be the same.
    await otp.issue(other);
  }
  t.deepEqual(await otp.check(phone, code), { kind: 'correct' });
});

test('the database does not tell a code, and another pepper fits none (P-121)', async (t) => {
  const { database, options, accounts } = await openGround(t);
  const { code } = await issued(accounts.otp);
  t.false((await storedText(database)).includes(code));
  const otherPepper = createAccounts({
    ...options,
    otpPepper: 'another pepper of 32 bytes or more',
  });
  t.deepEqual(await otherPepper.otp.check(phone, code), { kind: 'wrong' });
});

test('codes of a deleted account are forgotten, tries included', async (t) => {
  const { accounts } = await openGround(t);
  const { code } = await issued(accounts.otp);
  await accounts.otp.forget([phone.identifierIndex]);
  t.deepEqual(await accounts.otp.check(phone, code), { kind: 'none' });
});

type Step = 'issue' | 'right' | 'wrong' | 'a minute' | 'half an hour';

/** What rules 3.2 say of one identifier, without a database. */
const createModel = () => {
  let nowSeconds = 0;
  let code: { expiresAt: number; isUsed: boolean } | null = null;
  let tries: number[] = [];
  let windowUntil = 0;
  const tried = (): number => (nowSeconds < windowUntil ? tries.length : 0);
  const count = (): void => {
    if (nowSeconds >= windowUntil) {
      tries = [];
      windowUntil = nowSeconds + 3_600;
    }
    tries.push(nowSeconds);
  };
  const answer = (isRight: boolean): OtpCheck['kind'] => {
    if (code === null || code.isUsed) return 'none';
    if (nowSeconds >= code.expiresAt) return 'expired';
    if (tried() >= 5) return 'exhausted';
    count();
    if (!isRight) return 'wrong';
    tries.pop();
    code.isUsed = true;
    return 'correct';
  };
  return {
    wait: (seconds: number) => {
      nowSeconds += seconds;
    },
    issue: (): OtpIssue['kind'] => {
      if (tried() >= 5) return 'exhausted';
      code = { expiresAt: nowSeconds + 300, isUsed: false };
      return 'issued';
    },
    answer,
  };
};

test('any story of a code goes as the rules tell it', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { otp } = accounts;
  let stories = 0;
  const story = fc.array(
    fc.constantFrom<Step[]>('issue', 'right', 'wrong', 'wrong', 'a minute', 'half an hour'),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      stories += 1;
      const target: OtpTarget = { ...phone, identifierIndex: `story-${stories}` };
      const model = createModel();
      let right = 'no code';
      for (const step of steps) {
        if (step === 'a minute' || step === 'half an hour') {
          const minutes = step === 'a minute' ? 1 : 30;
          clock.advance({ minutes });
          model.wait(minutes * 60);
        } else if (step === 'issue') {
          const issue = await otp.issue(target);
          if (issue.kind === 'issued') right = issue.code;
          t.is(issue.kind, model.issue());
        } else {
          const { kind } = await otp.check(target, step === 'right' ? right : 'wrong');
          t.is(kind, model.answer(step === 'right'));
        }
      }
    }),
    { numRuns: 60 },
  );
});
