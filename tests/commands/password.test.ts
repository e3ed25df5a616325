import { randomUUID } from 'node:crypto';
import test from 'ava';
import { systemRandomness } from '../../adapters/randomness.js';
import type { AccountTools } from '../../commands/account/index.js';
import { createHandlers } from '../../commands/handlers.js';
import type { Door, Guest } from '../../commands/password/door.js';
import { signIn } from '../../commands/password/sign-in.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EmailAddress } from '../../domain/shared/identifier.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import type { PasswordCheck } from '../../ports/accounts/passwords.js';
import { testTokens } from '../support/http-server.js';
import { memoryLog } from '../support/log.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { noMetrics } from '../support/no-metrics.js';
import { accountParts } from '../support/routes.js';
import { createTestClock } from '../support/test-clock.js';

const clock = createTestClock();
const email = brandOrThrow(EmailAddress, 'ama@example.com');
const guest: Guest = { holder: { kind: 'staff', id: 'ama' }, roles: ['admin'] };

/** A door that knows one person, and forgets that person when it is told to. */
const doorOf = (known: Guest | null, stays = known): Door => ({
  realm: 'staff',
  find: async () => known,
  wake: async () => undefined,
  recall: async () => stays,
});

const signingIn = async (door: Door, check: PasswordCheck) => {
  const revoked: string[] = [];
  const holders: unknown[] = [];
  const now = clock.now();
  const session = { sessionId: randomUUID(), deviceId: null, openedAt: now, lastUsedAt: now };
  const tools: AccountTools = {
    ...accountParts,
    handlers: createHandlers({ store: createMemoryEventStore(clock), metrics: noMetrics }),
    tokens: testTokens,
    newId: randomUUID,
    randomness: systemRandomness,
    clock,
    log: memoryLog(),
    accounts: {
      ...accountParts.accounts,
      passwords: {
        ...accountParts.accounts.passwords,
        check: async ({ holder }) => {
          holders.push(holder);
          return check;
        },
      },
      sessions: {
        ...accountParts.accounts.sessions,
        open: async ({ holder, realm }) => ({
          session: { ...session, holder, realm },
          refresh: { token: 'refresh', expiresAt: plusSeconds(now, 60) },
        }),
        revoke: async (sessionId) => {
          revoked.push(sessionId);
          return 'revoked';
        },
      },
    },
  };
  const request = { commandId: randomUUID(), correlationId: randomUUID(), now };
  const answer = await signIn(tools, door, { ...request, email, password: 'whatever' });
  return { answer, revoked, holders, sessionId: session.sessionId };
};

test('AUTH-12: a pause is told with its end, whoever comes', async (t) => {
  const until = plusSeconds(clock.now(), 899.5);
  for (const known of [guest, null]) {
    const { answer } = await signingIn(doorOf(known), { kind: 'paused', until });
    t.like(answer, { left: { code: 'sign_in_paused', retryAfterSeconds: 900 } });
  }
});

test('who finds all turns taken is asked to come again', async (t) => {
  const { answer } = await signingIn(doorOf(guest), { kind: 'busy', retryAfterSeconds: 2 });
  t.like(answer, { left: { code: 'service_unavailable', retryAfterSeconds: 2 } });
});

test('for a stranger a password is compared all the same', async (t) => {
  const { answer, holders } = await signingIn(doorOf(null), { kind: 'wrong' });
  t.deepEqual(holders, [null]);
  t.like(answer, { left: { code: 'invalid_credentials' } });
});

test('P-092: who is kept out while signing in loses the session that was just opened', async (t) => {
  const { answer, revoked, sessionId } = await signingIn(doorOf(guest, null), { kind: 'correct' });
  t.like(answer, { left: { code: 'invalid_credentials' } });
  t.deepEqual(revoked, [sessionId]);
});

test('the roles in the tokens are those of the end of the sign-in', async (t) => {
  const now: Guest = { ...guest, roles: ['moderator'] };
  const { answer, revoked } = await signingIn(doorOf(guest, now), { kind: 'correct' });
  t.like(answer, { right: { roles: ['moderator'] } });
  t.deepEqual(revoked, []);
});
