import type { PowerBankSerial } from '../shared/ids.js';
import { type Instant, isBefore, plusMinutes } from '../shared/instant.js';
import type { ReportChannel, StationEvent } from './events.js';
import type { Slot } from './state.js';

/**
 * Telling a return from the echo of one.
 *
 * One physical return arrives up to four times: live, after a self-test, over HTTP and in the
 * next inventory, in any order and minutes apart (cabinet protocol §5.3). Nothing in the reports
 * says that they belong together. Each slot therefore remembers its last return and over which
 * channels it was told:
 *
 * new     no return of this bank in this slot within the echo window, or this channel told of it
 *         before and is heard again: a channel tells of one return once.
 * echo    this channel had not told of it yet. That holds even when the bank was rented out again
 *         in between; taking it for a new return would end that rental while its bank is out.
 * repeat  the very report that was heard before, delivered again.
 *
 * The price: when the bank comes back within the window and the first report of that comes over
 * a channel that had kept silent about the last return, it passes for an echo. The return then
 * counts from the next report, over a channel that had spoken; the next inventory is such a one.
 */
export type ReturnReading = 'new' | 'echo' | 'repeat';

export interface HeardReturn {
  readonly powerBank: PowerBankSerial;
  readonly channel: ReportChannel;
  readonly at: Instant;
}

export const readReturn = (
  slot: Slot | undefined,
  heard: HeardReturn,
  echoWindowMinutes: number,
): ReturnReading => {
  const last = slot?.lastReturn ?? null;
  if (last === null || last.powerBank !== heard.powerBank) return 'new';
  if (isBefore(plusMinutes(last.at, echoWindowMinutes), heard.at)) return 'new';
  const heardAt = last.heard.get(heard.channel);
  if (heardAt === undefined) return 'echo';
  return isBefore(heardAt, heard.at) ? 'new' : 'repeat';
};

export const echoOf = (slot: number, { powerBank, channel, at }: HeardReturn): StationEvent => ({
  type: 'ReturnEchoed',
  data: { slot, powerBank, channel, at },
});
