import { randomUUID } from 'node:crypto';
import { none } from 'fp-ts/lib/Option.js';
import { systemRandomness } from '../../adapters/randomness.js';
import { createRoutes } from '../../bin/routes.js';
import { createHandlers } from '../../commands/handlers.js';
import { createStreamWaits } from '../../commands/wait.js';
import type { Route } from '../../ports/http/route.js';
import { memoryLog } from './log.js';
import { createMemoryEventStore } from './memory-event-store.js';
import { noMetrics } from './no-metrics.js';
import { indexOf } from './sealed.js';
import { createTestClock } from './test-clock.js';

const nothing = async (): Promise<never> => {
  throw new Error('these routes are looked at, not called');
};

/** What account operations need, for those who only look at them. */
export const accountParts = {
  social: {
    identities: {
      offers: () => ({ apps: false, browsers: false }),
      check: nothing,
      pageFor: () => null,
      redeem: nothing,
    },
    site: null,
  },
  tokens: { issueToken: nothing },
  messages: { channels: new Set<never>(), send: nothing },
  blindIndex: { of: () => indexOf('anything') },
  personalData: { seal: nothing, open: nothing, openMany: nothing, destroyKey: nothing },
  accounts: {
    otp: { issue: nothing, check: nothing, forget: nothing },
    verificationTokens: { issue: nothing, redeem: nothing, giveBack: nothing, forget: nothing },
    sessions: {
      open: nothing,
      rotate: nothing,
      leave: nothing,
      revoke: nothing,
      revokeAll: nothing,
      list: nothing,
      setDevice: nothing,
      sessionNamedBy: () => null,
    },
    gate: { judge: nothing, run: nothing },
    passwords: { check: nothing, set: nothing, change: nothing, has: nothing, remove: nothing },
    setupLinks: { issue: nothing, redeem: nothing },
    devices: {
      register: nothing,
      deactivate: nothing,
      current: nothing,
      enrol: nothing,
      recognise: nothing,
      disable: nothing,
      biometricStatus: nothing,
      forget: nothing,
    },
    socialTickets: { issue: nothing, redeem: nothing },
    forget: nothing,
    purge: nothing,
  },
};

/** All routes of the program as values, for tests that only look at them. */
export const allRoutes = (): readonly Route[] => {
  const clock = createTestClock();
  const store = createMemoryEventStore(clock);
  return createRoutes({
    handlers: createHandlers({ store, metrics: noMetrics }),
    waits: createStreamWaits({ store, clock, categories: [] }),
    store,
    log: memoryLog(),
    clock,
    newId: randomUUID,
    randomness: systemRandomness,
    ...accountParts,
    database: { query: nothing, execute: nothing },
    positions: { positionOf: () => null, waitFor: nothing },
    secrets: { put: nothing, take: async () => none },
    locations: { add: nothing },
    staffRequests: { find: nothing },
    audiences: { count: nothing },
    limits: { rentalStartsPerMinuteMax: 3, rentalSwapsPerMinuteMax: 5 },
    healthChecks: [],
  });
};
