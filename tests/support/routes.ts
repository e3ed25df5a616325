import { none } from 'fp-ts/lib/Option.js';
import { createRoutes } from '../../bin/routes.js';
import { createHandlers } from '../../commands/handlers.js';
import { createStreamWaits } from '../../commands/wait.js';
import type { Route } from '../../ports/http/route.js';
import { memoryLog } from './log.js';
import { createMemoryEventStore } from './memory-event-store.js';
import { noMetrics } from './no-metrics.js';
import { createTestClock } from './test-clock.js';

const nothing = async (): Promise<never> => {
  throw new Error('these routes are looked at, not called');
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
    database: { query: nothing, execute: nothing },
    positions: { positionOf: () => null, waitFor: nothing },
    secrets: { put: nothing, take: async () => none },
    locations: { add: nothing },
    limits: { rentalStartsPerMinuteMax: 3, rentalSwapsPerMinuteMax: 5 },
    healthChecks: [],
  });
};
