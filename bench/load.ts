/** Closed-loop load: so many units of work are always under way, until count or time is used up. */

import type { Latency } from './measurement.js';

export interface LoadLimits {
  readonly inFlight: number;
  readonly unitsMax: number;
  /** No unit begins later than this; those under way end. */
  readonly secondsMax: number;
}

/** Carries out one operation and keeps how long it took. */
export type Timed = <A>(operation: () => Promise<A>) => Promise<A>;

export interface Measured {
  readonly seconds: number;
  /** One for each operation, in the order in which they ended. */
  readonly latenciesMs: readonly number[];
}

/**
 * Runs `unit` with 0, 1, 2 … and measures the operations that it hands to `timed`.
 *
 * @throws whatever a unit throws: a failed operation makes the numbers worthless.
 */
export const drive = async (
  { inFlight, unitsMax, secondsMax }: LoadLimits,
  unit: (index: number, timed: Timed) => Promise<void>,
): Promise<Measured> => {
  const latenciesMs: number[] = [];
  const timed: Timed = async (operation) => {
    const beganMs = performance.now();
    const result = await operation();
    latenciesMs.push(performance.now() - beganMs);
    return result;
  };
  const startedMs = performance.now();
  const elapsedSeconds = (): number => (performance.now() - startedMs) / 1_000;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < unitsMax && elapsedSeconds() < secondsMax) {
      const index = next;
      next += 1;
      await unit(index, timed);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return { seconds: elapsedSeconds(), latenciesMs };
};

/** Several rounds as one. */
export const together = (rounds: readonly Measured[]): Measured => ({
  seconds: rounds.reduce((total, { seconds }) => total + seconds, 0),
  latenciesMs: rounds.flatMap(({ latenciesMs }) => latenciesMs),
});

/** Operations a second. */
export const rateOf = ({ seconds, latenciesMs }: Measured): number => latenciesMs.length / seconds;

/** Nearest-rank percentile: a value that was really measured. @throws when nothing was. */
export const percentile = (values: readonly number[], percent: number): number => {
  const ascending = values.toSorted((left, right) => left - right);
  const rank = Math.max(1, Math.ceil((percent / 100) * ascending.length));
  const value = ascending[rank - 1];
  if (value === undefined) throw new Error('there is no percentile of nothing');
  return value;
};

/** Of the operations of a run. @throws when there were none. */
export const latencyOf = ({ latenciesMs }: Pick<Measured, 'latenciesMs'>): Latency => ({
  p50: percentile(latenciesMs, 50),
  p99: percentile(latenciesMs, 99),
  p999: percentile(latenciesMs, 99.9),
});
