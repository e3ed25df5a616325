import test, { type ExecutionContext } from 'ava';
import {
  argon2Hasher,
  decoyHash,
  type PasswordHasher,
} from '../../../adapters/accounts/password-hasher.js';
import { postgresPasswords } from '../../../adapters/accounts/passwords.js';
import { createTurns, type TurnLimits } from '../../../adapters/accounts/turns.js';
import { systemRandomness } from '../../../adapters/randomness.js';
import { plusSeconds } from '../../../domain/shared/instant.js';
import type { SignInAttempt } from '../../../ports/accounts/passwords.js';
import { atOnce, openGround, storedText, tallyOf } from './support.js';

const ram = { kind: 'staff', id: 'ram' } as const;
const name = 'c3'.repeat(32);
const good = 'correct horse battery';

const right: SignInAttempt = { name, holder: ram, password: good };
const wrong: SignInAttempt = { ...right, password: 'something else' };
const stranger: SignInAttempt = { name: 'd4'.repeat(32), holder: null, password: good };

/** Quick, and counts what it does: in production each of these takes some 20 ms. */
const countingHasher = () => {
  const operations: string[] = [];
  const hasher: PasswordHasher & { outdated: boolean } = {
    outdated: false,
    hash: async (password) => {
      operations.push('hash');
      return `hash of ${password}`;
    },
    verify: async (hashed, password) => {
      operations.push('verify');
      return hashed === `hash of ${password}`;
    },
    isOutdated: () => hasher.outdated,
  };
  return { hasher, operations };
};

const limits: TurnLimits = { atOnceMax: 2, waitingMax: 1_000 };

const openPasswords = async (t: ExecutionContext, { turns = limits } = {}) => {
  const ground = await openGround(t);
  const { hasher, operations } = countingHasher();
  const statements: string[] = [];
  const sql = {
    query: (text: string, values?: readonly unknown[]) => {
      statements.push(text);
      return ground.database.query(text, values);
    },
    execute: (text: string, values?: readonly unknown[]) => {
      statements.push(text);
      return ground.database.execute(text, values);
    },
  };
  const { clock } = ground;
  const passwords = postgresPasswords({ sql, clock, hasher, turns: createTurns(turns) });
  await passwords.set(ram, good);
  operations.length = 0;
  statements.length = 0;
  return { ...ground, passwords, hasher, operations, statements };
};

test('the right password is correct, any other is wrong, and so is any for nobody', async (t) => {
  const { passwords } = await openPasswords(t);
  t.deepEqual(await passwords.check(right), { kind: 'correct' });
  t.deepEqual(await passwords.check(wrong), { kind: 'wrong' });
  t.deepEqual(await passwords.check(stranger), { kind: 'wrong' });
  t.deepEqual(await passwords.check({ ...right, password: '' }), { kind: 'wrong' });
});

test('a wrong password, an account without one and no account take the same steps', async (t) => {
  const { passwords, operations, statements } = await openPasswords(t);
  const withoutPassword = { ...stranger, holder: { kind: 'staff', id: 'sita' } } as const;
  const takes: { readonly hashes: string[]; readonly asked: string[] }[] = [];
  for (const attempt of [wrong, stranger, withoutPassword]) {
    t.deepEqual(await passwords.check(attempt), { kind: 'wrong' });
    takes.push({ hashes: operations.splice(0), asked: statements.splice(0) });
  }
  t.deepEqual(takes[1], takes[0]);
  t.deepEqual(takes[2], takes[0]);
  t.deepEqual(takes[0]?.hashes, ['verify']);
});

test('five wrong ones pause a name, account or not, each time for longer (AUTH-12)', async (t) => {
  const { passwords, operations, clock } = await openPasswords(t);
  for (const [failing, succeeding] of [
    [wrong, right],
    [stranger, stranger],
  ] as const) {
    for (const pauseSeconds of [900, 1_800, 3_600, 7_200, 7_200]) {
      for (let failure = 0; failure < 5; failure += 1) {
        t.deepEqual(await passwords.check(failing), { kind: 'wrong' });
      }
      const until = plusSeconds(clock.now(), pauseSeconds);
      operations.length = 0;
      t.deepEqual(await passwords.check(succeeding), { kind: 'paused', until });
      t.deepEqual(operations, [], 'nothing is compared in a pause');
      clock.advance({ seconds: pauseSeconds - 1 });
      t.deepEqual(await passwords.check(succeeding), { kind: 'paused', until });
      clock.advance({ seconds: 1 });
    }
  }
});

test('a success forgets the failures, and the length of the next pause', async (t) => {
  const { passwords, clock } = await openPasswords(t);
  for (let round = 0; round < 3; round += 1) {
    for (let failure = 0; failure < 4; failure += 1) await passwords.check(wrong);
    t.deepEqual(await passwords.check(right), { kind: 'correct' });
  }
  for (let failure = 0; failure < 5; failure += 1) await passwords.check(wrong);
  clock.advance({ minutes: 15 });
  t.deepEqual(await passwords.check(right), { kind: 'correct' });
});

test('no crowd of guesses at once is compared with more than five passwords (P-091)', async (t) => {
  const { passwords, operations } = await openPasswords(t);
  const checks = await atOnce(80, () => passwords.check(wrong));
  t.deepEqual(tallyOf(checks.map(({ kind }) => kind)), { wrong: 5, paused: 75 });
  t.is(operations.length, 5);
});

test('when too many wait for their turn, the next are told to come again', async (t) => {
  const { passwords, operations } = await openPasswords(t, {
    turns: { atOnceMax: 1, waitingMax: 3 },
  });
  const checks = await atOnce(10, (index) => passwords.check({ ...stranger, name: `n${index}` }));
  t.deepEqual(tallyOf(checks.map(({ kind }) => kind)), { wrong: 4, busy: 6 });
  t.is(operations.length, 4);
  t.deepEqual(await passwords.check(right), { kind: 'correct' });
});

test('who knows the password may change it, and guesses are counted there too', async (t) => {
  const { passwords } = await openPasswords(t);
  const next = 'another one';
  t.deepEqual(await passwords.change(ram, { current: 'guess', next }), { kind: 'wrong' });
  t.deepEqual(await passwords.change(ram, { current: good, next }), { kind: 'set' });
  t.deepEqual(await passwords.check({ ...right, password: next }), { kind: 'correct' });
  t.deepEqual(await passwords.check(right), { kind: 'wrong' });
  for (let guess = 0; guess < 5; guess += 1) {
    await passwords.change(ram, { current: `guess ${guess}`, next });
  }
  t.is((await passwords.change(ram, { current: next, next: good })).kind, 'paused');
  t.deepEqual(await passwords.check({ ...right, password: next }), { kind: 'correct' });
});

test('a password can be taken away', async (t) => {
  const { passwords } = await openPasswords(t);
  t.true(await passwords.has(ram));
  await passwords.remove(ram);
  t.false(await passwords.has(ram));
  t.deepEqual(await passwords.check(right), { kind: 'wrong' });
});

test('a hash with costs of another time is made anew at the next sign-in', async (t) => {
  const { passwords, hasher, operations } = await openPasswords(t);
  hasher.outdated = true;
  t.deepEqual(await passwords.check(wrong), { kind: 'wrong' });
  t.deepEqual(await passwords.check(right), { kind: 'correct' });
  t.deepEqual(operations, ['verify', 'verify', 'hash']);
});

test('the real hasher: argon2id, salted, without a trace of the password (P-121)', async (t) => {
  const { accounts, database } = await openGround(t);
  const hasher = argon2Hasher(systemRandomness);
  await accounts.passwords.set(ram, good);
  t.deepEqual(await accounts.passwords.check(right), { kind: 'correct' });
  t.deepEqual(await accounts.passwords.check(wrong), { kind: 'wrong' });
  const stored = await storedText(database);
  t.regex(stored, /\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  t.false(stored.includes(good));
  const [one, other] = [await hasher.hash(good), await hasher.hash(good)];
  t.not(one, other);
  t.false(hasher.isOutdated(one));
  t.false(hasher.isOutdated(decoyHash), 'the decoy costs what a real one costs');
  t.true(hasher.isOutdated(one.replace('m=19456', 'm=4096')));
  t.true(hasher.isOutdated(one.replace('t=2', 't=1')));
  t.true(hasher.isOutdated(one.replace('argon2id', 'argon2i')));
  // "é" as one code point, and as a letter with an accent behind it.
  t.true(await hasher.verify(await hasher.hash('caf\u00e9'), 'cafe\u0301'));
});
