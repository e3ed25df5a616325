/** What goes down: the orders of the log, in order for each cabinet, cabinets side by side. */

import { createDownlinkTools, type DownlinkOptions } from './downlink-tools.js';
import { dispatchEject } from './eject-dispatch.js';
import { createLanes } from './lanes.js';
import type { Wish } from './log-feed.js';
import { dispatchOrder } from './order-dispatch.js';

export interface Downlink {
  /** Takes what is to be done, and returns at once. */
  carryOut(wish: Wish): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export const createDownlink = (options: DownlinkOptions): Downlink => {
  const { log, signal } = options;
  const tools = createDownlinkTools(options);
  const lanes = createLanes();
  return {
    carryOut: (wish) => {
      const { station } = wish;
      const done = lanes.enter(station, () =>
        wish.kind === 'eject' ? dispatchEject(tools, wish) : dispatchOrder(tools, wish),
      );
      // Whatever is not carried out here is ended by its timer, as not sent in time.
      if (done === null) log.error('too many orders wait for one cabinet', { station });
      done?.catch((error: unknown) => {
        if (!signal.aborted) log.error('an order could not be carried out', { station, error });
      });
    },
    idle: () => lanes.fewerThan(1),
  };
};
