/** Where everything comes from that nobody may guess; tests pass one that they know. */
export interface Randomness {
  bytes(count: number): Uint8Array;
  /** A whole number from 0 to below `end`, each equally likely. */
  below(end: number): number;
}
