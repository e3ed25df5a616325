/**
 * How far a copy has come. The target itself says so: its last event that the source has too is
 * where to go on, after a look at what follows there. So there is no note that a crash could make
 * wrong, and nothing is left behind in the target.
 */
import { type Comparison, LogComparison } from './compare.js';
import { Cursor, type Stretch } from './cursor.js';
import { isBefore, type LogPosition, type RawEvent } from './event.js';
import type { Server } from './server.js';
import { copiedStreams } from './streams.js';

/** The end of the target is looked through in pages of so many events, and not for ever. */
const pageEvents = 512;
const pagesMax = 20;

export type Standing =
  /** `source` stands on the first event that the target has not. */
  | { readonly kind: 'ready'; readonly source: Cursor }
  /** The target holds an event, in a stream of the source's, where the source has another. */
  | { readonly kind: 'foreign'; readonly event: RawEvent; readonly instead: RawEvent | null }
  | { readonly kind: 'stopped' };

export interface StandingOptions {
  readonly source: Server;
  readonly target: Server;
  /** The last position of the source that is copied. */
  readonly to: LogPosition;
  readonly signal: AbortSignal;
  /** Hears of each event that the target has already. */
  readonly onHeld: (event: RawEvent) => void;
}

/** Compares the target with the source as far as the target goes. @throws ServerTrouble */
export const findStanding = async (options: StandingOptions): Promise<Standing> => {
  const pair = await findLastPair(options);
  const fromPair = pair === null ? null : await compareFrom(options, pair);
  // A pair is found by single looks; should the logs not bear it out, all of them is compared.
  const { comparison, cursor } =
    fromPair === null || fromPair.comparison.kind === 'different'
      ? await compareFrom(options, { source: {}, target: {} })
      : fromPair;
  switch (comparison.kind) {
    case 'same':
      return { kind: 'ready', source: cursor };
    case 'stopped':
      return comparison;
    case 'different': {
      const { source: instead, target: event } = comparison;
      if (event === null) throw new Error('the target may end early, and yet that is a difference');
      return { kind: 'foreign', event, instead };
    }
  }
};

interface Pair {
  readonly source: Stretch;
  readonly target: Stretch;
}

const compareFrom = async (
  { source, target, to, signal, onHeld }: StandingOptions,
  from: Pair,
): Promise<{ readonly comparison: Comparison; readonly cursor: Cursor }> => {
  const ours = await Cursor.open(source, { ...from.source, to });
  const theirs = await Cursor.open(target, from.target);
  const walk = new LogComparison(ours, theirs);
  const comparison = await walk.run({ signal, onPair: onHeld, mayEndEarly: true });
  if (comparison.kind !== 'same') await ours.close();
  await theirs.close();
  return { comparison, cursor: ours };
};

/** Where an event is, without what it holds. */
type Place = Pick<RawEvent, 'stream' | 'revision' | 'id'> & { readonly position: LogPosition };

/** The last event of the target that the source has as well. */
const findLastPair = async ({ source, target, to }: StandingOptions): Promise<Pair | null> => {
  let before: LogPosition | null = null;
  const foreign = new Set<string>();
  for (let page = 0; page < pagesMax; page += 1) {
    const places: readonly Place[] = await lastPlaces(target, before);
    for (const place of places) {
      before = place.position;
      if (foreign.has(place.stream)) continue;
      const look = await source.lookAt({ stream: place.stream, from: place.revision });
      if (look.kind === 'absent') foreign.add(place.stream);
      const isThere = look.kind === 'event' && look.event.id === place.id;
      const position = isThere ? look.event.position : null;
      if (position !== null && !isBefore(to, position)) {
        return { source: { from: position }, target: { from: place.position } };
      }
    }
    if (places.length < pageEvents) break;
  }
  return null;
};

/** The last events before a position, latest first. Pages are read to their end, see `read.ts`. */
const lastPlaces = async (
  target: Server,
  before: LogPosition | null,
): Promise<readonly Place[]> => {
  const places: Place[] = [];
  const request = { backwards: true, count: pageEvents, streams: copiedStreams };
  const from = before === null ? {} : { from: before };
  for await (const { stream, revision, id, position } of target.readAll({ ...request, ...from })) {
    if (position !== null) places.push({ stream, revision, id, position });
  }
  return places;
};
