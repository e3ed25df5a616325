import type { Cleanup } from './cleanup.js';

/** What a value has to reach; the table says whether it does. */
export interface Goal {
  readonly of: 'ratio' | 'ours' | 'p50' | 'p99';
  readonly bound: 'at least' | 'at most';
  readonly value: number;
}

/** Of single operations, in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** One measure: a line of the table, and an entry of `bench/results/latest.json`. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  /** What ours is compared with; `null` for a number that stands alone. */
  readonly rival: number | null;
  /** Unit of `ours` and `rival`. */
  readonly unit: string;
  /** Of our operations; `null` where there is only one number. */
  readonly latencyMs: Latency | null;
  /** How many operations of ours were measured. */
  readonly n: number;
  /** What exactly is compared with what. */
  readonly about: string;
  readonly goals: readonly Goal[];
}

export interface Setting {
  /** Of this measurement alone: nothing of it runs on while the next one measures. */
  readonly cleanup: Cleanup;
  /** Fewer rounds and smaller sizes, for a look within two minutes. */
  readonly isQuick: boolean;
  /** Shows that it goes on: one line, without its line end. */
  say(line: string): void;
}

/**
 * Measures, and verifies the sums of what it did.
 *
 * @throws WrongSum when something was lost or invented; whatever an operation throws.
 */
export interface Measurement {
  /** How it is named on the command line. */
  readonly name: string;
  /** Takes longer than all others together: it runs when it is named, and not otherwise. */
  readonly isLong?: true;
  measure(setting: Setting): Promise<readonly Row[]>;
}
