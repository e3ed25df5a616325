/** What was handed to the embedded providers, in memory and bounded. */

import type { Instant } from '../../../domain/shared/instant.js';
import type { Channel } from '../../../ports/messages.js';

export interface SentLetter {
  readonly at: Instant;
  readonly channel: Channel;
  readonly from: string;
  /** As it went over the wire: an address, or a number of ten digits. */
  readonly to: string;
  /** `null` for an SMS, as is the id. */
  readonly subject: string | null;
  readonly messageId: string | null;
  readonly text: string;
}

export interface Letters {
  add(letter: SentLetter): void;
  newestFirst(): readonly SentLetter[];
  /** Tells of each letter as it comes; the answer ends that. */
  onAdded(listen: (letter: SentLetter) => void): () => void;
}

/** Older ones are forgotten. */
export const lettersKeptMax = 200;

export const createLetters = (): Letters => {
  const kept: SentLetter[] = [];
  const listeners = new Set<(letter: SentLetter) => void>();
  return {
    add: (letter) => {
      kept.push(letter);
      if (kept.length > lettersKeptMax) kept.shift();
      for (const listen of [...listeners]) listen(letter);
    },
    newestFirst: () => kept.toReversed(),
    onAdded: (listen) => {
      listeners.add(listen);
      return () => {
        listeners.delete(listen);
      };
    },
  };
};
