/**
 * What is kept for audits, and for how long (rules 2.24, 4 "Clean-up audit logs"). The log of
 * events stays for ever; what is shown of it as the action log, and where staff were, does not.
 */

import type { Instant } from '../domain/shared/instant.js';

const daySeconds = 86_400;
/** After that neither an action nor where it came from is shown, and both are deleted. */
export const auditLogKeptSeconds = 365 * daySeconds;

/** The program at the other end of a request of staff; nobody vouches for the agent. */
export interface StaffWhereabouts {
  readonly address: string;
  /** What the program called itself; `null` when it did not. */
  readonly agent: string | null;
}

export interface StaffRequest extends StaffWhereabouts {
  /** Its command id, which is the causation id of all events that it leads to. */
  readonly requestId: string;
  readonly staffId: string;
  readonly at: Instant;
}

/** From where staff sent what may change something. Personal data, so it is no event. */
export interface StaffRequests {
  /** The first one counts when a request is carried out again. */
  record(request: StaffRequest): Promise<void>;
  /** By request id; those that are forgotten, or were never one, are not in it. */
  find(requestIds: readonly string[]): Promise<ReadonlyMap<string, StaffWhereabouts>>;
}
