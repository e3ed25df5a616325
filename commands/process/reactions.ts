import type { Clock } from '../../ports/clock.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import type { Timer, TimerChange } from '../../ports/timers.js';

/**
 * A process manager: what follows from a fact, and what follows when nothing happened in time.
 * Both only issue commands, whose ids derive from their cause, so doing it twice does it once.
 * State lives in the log: a reaction reads whatever it needs from the aggregates.
 */
export interface ProcessManager {
  readonly name: string;
  readonly categories: readonly string[];
  /** Events with the same key are handled in order; different keys side by side. */
  keyOf(logged: LoggedEvent): string;
  react(logged: LoggedEvent): Promise<readonly TimerChange[]>;
  /** `signal` asks whoever takes long to come to an end. */
  onTimer(timer: Timer, signal: AbortSignal): Promise<readonly TimerChange[]>;
}

/**
 * A command could not be carried out for reasons of the world (store away, outcome unknown,
 * contended). The engine tries the event again; a refusal of the domain is never this.
 */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

export type { Clock };
