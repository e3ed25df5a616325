import * as t from 'io-ts';
import { Hash } from '../../domain/seal/index.js';
import { PositiveInteger } from '../../domain/shared/codecs.js';

/**
 * A seal that somebody has written down outside of the log. That the end of a log was cut off
 * cannot be told from the rest of it; that a seal which was there is not there any more can.
 */
export const NotedSeal = t.strict(
  {
    number: PositiveInteger,
    /** Leaf of the event that holds it: what the next seal names as the one before. */
    hash: Hash,
  },
  'NotedSeal',
);
export type NotedSeal = t.TypeOf<typeof NotedSeal>;
