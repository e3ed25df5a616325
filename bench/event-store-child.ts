/** The embedded event store in a process of its own, and a client of it. */

import { EventStoreDBClient } from '@eventstore/db-client';
import { type Child, startChild } from './children.js';
import type { Cleanup } from './cleanup.js';

export interface EventStoreChild {
  readonly child: Child;
  readonly client: EventStoreDBClient;
  /** Connection string. */
  readonly url: string;
  /** From the start of the process to the line that says it listens. */
  readonly startMs: number;
}

/** Starts it on a folder, or in memory; it ends with the run. */
export const startEventStore = async (
  cleanup: Cleanup,
  { folder, dataDir }: { readonly folder: string; readonly dataDir: string | null },
): Promise<EventStoreChild> => {
  const place = dataDir === null ? ['--memory'] : ['--data', dataDir];
  const beganMs = performance.now();
  const child = startChild(cleanup, { args: ['eventstore', ...place, '--port', '0'], folder });
  const line = await child.untilLine(/^event store on /);
  const startMs = performance.now() - beganMs;
  const url = line.replace(/^event store on /, '');
  // Long enough for any pause of a busy machine: a call that is given up would end the run.
  const client = EventStoreDBClient.connectionString(`${url}&defaultDeadline=120000`);
  cleanup.add(() => client.dispose());
  return { child, client, url, startMs };
};
