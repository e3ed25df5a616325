/**
 * How far a copy has come. The target itself says so: its last event that the source has too is
 * where to go on, after a look at what follows there. So there is no note that a crash could make
 * wrong, and nothing is left behind in the target.
 */
import { LogComparison } from './compare.js';
import { Cursor } from './cursor.js';
import { type LogPosition, type RawEvent, tombstoneType } from './event.js';
import { isOwn } from './own-events.js';
import type { Server } from './server.js';
import { copiedStreams } from './streams.js';

/** The end of the target is looked through in pages of so many events, and not for ever. */
const pageEvents = 512;
const pagesMax = 20;

export type Standing =
  /** `source` stands on the first event that the target has not. */
  | { readonly kind: 'ready'; readonly source: Cursor }
  /** The target holds an event in a stream of the source's that the source has not. */
  | { readonly kind: 'foreign'; readonly event: RawEvent }
  /** The target lacks an event that comes before one that it has. */
  | { readonly kind: 'hole'; readonly event: RawEvent }
  | { readonly kind: 'stopped' };

export interface StandingOptions {
  readonly source: Server;
  readonly target: Server;
  /** The last position of the source that is copied. */
  readonly to: LogPosition;
  readonly signal: AbortSignal;
  readonly onPair: (source: RawEvent) => void;
}

/** Compares the target with the source as far as the target goes. @throws ServerTrouble */
export const findStanding = async (options: StandingOptions): Promise<Standing> => {
  const { source, target, to, signal, onPair } = options;
  const pair = await findLastPair(source, target);
  const from = pair ?? (await firstPlaces());
  const ours = await Cursor.open(source, { ...from.source, to });
  const theirs = await Cursor.open(target, from.target);
  const comparison = new LogComparison(ours, theirs);
  const result = await comparison.run({ signal, onPair, mayEndEarly: true });
  if (result.kind === 'same') return { kind: 'ready', source: ours };
  await ours.close();
  await theirs.close();
  if (result.kind === 'stopped') return result;
  const { source: missing, target: event } = result;
  if (event === null || missing === null) {
    // Without an event on the target's side the two would be the same so far.
    return event === null ? { kind: 'stopped' } : { kind: 'foreign', event };
  }
  return (await has(source, event)) ? { kind: 'hole', event: missing } : { kind: 'foreign', event };
};
