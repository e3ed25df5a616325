import type { Clock } from '../../ports/clock.js';
import type { Database } from '../../ports/database.js';
import type { EventStore } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Awaited } from './awaited.js';
import type { EngineLimits } from './limits.js';

/** The outside world of the engine. */
export interface EngineContext {
  readonly database: Database;
  readonly store: EventStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: EngineLimits;
  /** Shared with readers in the same process; without any, only the engine's own are known. */
  readonly awaited?: Awaited;
}
