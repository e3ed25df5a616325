import type { Day } from '../domain/shared/day.js';

/**
 * Lines kept outside of memory, by the day that they belong to: a log is nearly, but not strictly,
 * in the order of its days, and only its last event tells that a day is complete.
 */
export interface DaySpool {
  add(day: Day, line: string): Promise<void>;
  /** Days that have lines, the first one first. */
  days(): readonly Day[];
  /** Lines of a day in the order in which they came; can be read any number of times. */
  linesOf(day: Day): AsyncIterable<string>;
  close(): Promise<void>;
}
