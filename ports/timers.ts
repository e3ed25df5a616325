import type { Instant } from '../domain/shared/instant.js';

/**
 * A durable wait: at `dueAt` the process `processName` is told. Timers follow from events alone,
 * so a lost table can be rebuilt from the log; a timer that fires again finds its wish fulfilled.
 */
export interface Timer {
  /** Scheduling the same id again moves it. */
  readonly timerId: string;
  readonly kind: string;
  readonly dueAt: Instant;
  /** What the kind needs to issue its command, as JSON. */
  readonly payload: Readonly<Record<string, string>>;
}

export type TimerChange =
  | { readonly kind: 'schedule'; readonly timer: Timer }
  | { readonly kind: 'cancel'; readonly timerId: string };
