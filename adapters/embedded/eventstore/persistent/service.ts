/** Persistent subscriptions as the server sees them: a service, its handlers, and an end. */
import type * as ServicePb from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import servicePb from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import type { Callers } from '../access/callers.js';
import { GROUP_LOOK_MS } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { consumeHandler } from './consume.js';
import { inspectHandlers } from './inspect.js';
import { manageHandlers } from './manage.js';
import { Groups } from './registry.js';

export interface PersistentSubscriptions {
  readonly service: typeof servicePb.PersistentSubscriptionsService;
  readonly handlers: ServicePb.IPersistentSubscriptionsServer;
  /** Writes how far the groups are; once the calls have ended, before the log closes. */
  close(): Promise<void>;
}

export interface PersistentSubscriptionsOptions {
  readonly callers: Callers;
  /** Aborts when the node stops. */
  readonly stopping: AbortSignal;
}

/** Loads the groups of a log and begins to read for them. */
export function persistentSubscriptions(
  log: EventLog,
  { callers, stopping }: PersistentSubscriptionsOptions,
): PersistentSubscriptions {
  const groups = new Groups(log);
  const looking = setInterval(() => groups.look(), GROUP_LOOK_MS).unref();
  // First of all listeners: the calls that end next give events back that nobody is to get.
  stopping.addEventListener('abort', () => groups.halt(), { once: true });
  return {
    service: servicePb.PersistentSubscriptionsService,
    handlers: {
      read: consumeHandler(groups, { callers, stopping }),
      ...manageHandlers(log, groups, callers),
      ...inspectHandlers(log, groups, callers),
    },
    close: async () => {
      clearInterval(looking);
      await groups.close();
    },
  };
}
