import type { EventStore, Position } from '../../ports/event-store.js';
import { isAtLeast, later } from './checkpoints.js';
import type { Projection } from './projection.js';

/** Events looked at in one call; each call is read to its end, as stores want it. */
const pageEvents = 256;

/**
 * What is known of the log after the checkpoint of one projection.
 *
 * Many readers may wait for the same projection at once, and ask again and again. All of them
 * share what was found, so the log is read once, however many they are.
 */
export interface Concerns {
  /**
   * Whether nothing after `checkpoint`, up to `wanted`, concerns the projection. Looks on from
   * where the last look ended, and not at all while an event is known that has to come first.
   */
  noneUpTo(wanted: Position, checkpoint: Position | null): Promise<boolean>;
}

export const createConcerns = (
  store: Pick<EventStore, 'readLogPage'>,
  { categories }: Pick<Projection, 'categories'>,
): Concerns => {
  const concernsIt = ({ stream }: { readonly stream: string }): boolean =>
    categories.some((category) => stream.startsWith(`${category}-`));

  /** The checkpoint that the rest is about; one that goes back makes all of it void. */
  let since: Position | null = null;
  /** Everything after the checkpoint and up to here was looked at, and does not concern it. */
  let quietUpTo: Position | null = null;
  /** The first event after that which does. */
  let next: Position | null = null;
  let looking: Promise<void> | null = null;

  const hearOf = (checkpoint: Position | null): void => {
    if (!isAtLeast(checkpoint, since)) quietUpTo = null;
    if (!isAtLeast(checkpoint, since) || isAtLeast(checkpoint, next)) next = null;
    since = checkpoint;
    quietUpTo = later(checkpoint, quietUpTo);
  };

  const look = async (wanted: Position): Promise<void> => {
    for (let isLast = false; !isLast && next === null && !isAtLeast(quietUpTo, wanted); ) {
      const page = await store.readLogPage(quietUpTo, pageEvents);
      next = page.events.find(concernsIt)?.position ?? null;
      if (next === null) quietUpTo = later(page.upTo, quietUpTo);
      isLast = page.isLast;
    }
  };

  return {
    noneUpTo: async (wanted, checkpoint) => {
      hearOf(checkpoint);
      if (next === null && !isAtLeast(quietUpTo, wanted)) {
        looking ??= look(wanted).finally(() => {
          looking = null;
        });
        await looking;
      }
      return next === null ? isAtLeast(quietUpTo, wanted) : next > wanted;
    },
  };
};
