/** What the composed messages ask of each way to send. */

import type { Delivery } from '../../ports/messages.js';

/** How one try ended. */
export interface Attempt {
  readonly delivery: Exclude<Delivery, { readonly kind: 'unavailable' }>;
  /**
   * The word or number that the provider or the network has for it, for the log. Never one of their
   * sentences: those repeat addresses.
   */
  readonly code: string;
}

export interface Letter<Address> {
  readonly id: string;
  readonly to: Address;
  readonly subject: string;
  readonly text: string;
}

export interface Provider<Address> {
  readonly name: string;
  /** Connections of its pool; more letters at once than these have to wait. */
  readonly connectionsMax: number;
  /** Tries once. Rejects for bugs only. */
  send(letter: Letter<Address>): Promise<Attempt>;
  /** Whether it would let us in, found out without sending anything; `note` is for operators. */
  check(): Promise<Attempt & { readonly note: string }>;
  /** Ends all connections; what is under way on them fails. */
  close(): Promise<void>;
}

const failed = (retry: 'later' | 'configuration' | 'unknown-outcome') =>
  ({ kind: 'failed', retry }) as const;

/** The ways to end, by name. */
export const deliveries = {
  accepted: { kind: 'accepted' },
  refusedReceiver: { kind: 'refused', reason: 'receiver' },
  refusedMessage: { kind: 'refused', reason: 'message' },
  later: failed('later'),
  configuration: failed('configuration'),
  unknownOutcome: failed('unknown-outcome'),
} as const satisfies Record<string, Attempt['delivery']>;
