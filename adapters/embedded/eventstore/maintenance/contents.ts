/** What there is to say about the contents of a log. */

/** A log in numbers. */
export interface LogSummary {
  readonly events: number;
  readonly streams: number;
  /** Position of the last event. */
  readonly lastPosition: number;
  /** Size of the records. */
  readonly recordBytes: number;
  /** SHA-256 over all positions and records, hexadecimal: equal logs have equal digests. */
  readonly digest: string;
}

/** What does not fit together, in words for the operator. */
export class ContentsDamage extends Error {
  override readonly name = 'ContentsDamage';
}
