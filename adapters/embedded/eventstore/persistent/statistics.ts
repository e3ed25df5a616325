/** Numbers about a group, for those who run it. */
import { LATENCY_SAMPLE_EVENTS } from '../limits.js';

/** Names of the measurements and the share of the sorted sample each is taken at. */
const PERCENTILES: readonly (readonly [name: string, share: number])[] = [
  ['Median', 0.5],
  ['Fastest', 0],
  ['Quintile 1', 0],
  ['Quintile 2', 0.2],
  ['Quintile 3', 0.4],
  ['Quintile 4', 0.6],
  ['Quintile 5', 0.8],
  ['90%', 0.9],
  ['95%', 0.95],
  ['99%', 0.99],
  ['99.5%', 0.995],
  ['99.9%', 0.999],
  ['Highest', 1],
];

const MS_PER_SECOND = 1000;

export interface Measurement {
  readonly name: string;
  /** Milliseconds, whole ones. */
  readonly valueMs: number;
}

/** How long a consumer took for its latest events. */
export class LatencySample {
  private readonly valuesMs: number[] = [];
  private next = 0;

  add(valueMs: number): void {
    // Overwrites the oldest one when it is full.
    this.valuesMs[this.next] = Math.max(0, Math.floor(valueMs));
    this.next = (this.next + 1) % LATENCY_SAMPLE_EVENTS;
  }

  /** Nothing as long as nothing was measured. */
  measurements(): readonly Measurement[] {
    const sorted = [...this.valuesMs].sort((a, b) => a - b);
    if (sorted.length === 0) return [];
    const sumMs = sorted.reduce((sum, value) => sum + value, 0);
    const at = (share: number): number => {
      return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0;
    };
    return [
      { name: 'Mean', valueMs: Math.floor(sumMs / sorted.length) },
      ...PERCENTILES.map(([name, share]) => ({ name, valueMs: at(share) })),
    ];
  }
}

/** What happened since somebody last asked. */
export interface Pace {
  readonly count: number;
  /** Whole events per second. */
  readonly perSecond: number;
}

/** The pace of something that was counted over a time. */
export function paceOf(count: number, elapsedMs: number): Pace {
  return { count, perSecond: elapsedMs <= 0 ? 0 : Math.floor((count * MS_PER_SECOND) / elapsedMs) };
}
