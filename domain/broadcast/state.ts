import type { BroadcastId, UserId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { BroadcastEvent, BroadcastWish, Waiting } from './events.js';

/**
 * A message of staff to a class of users, and how far it has come.
 *
 * RUNNING → COMPLETED | GIVEN_UP. While it is RUNNING its pages follow each other: begun, then
 * ended or lost.
 */
export interface Broadcast {
  readonly broadcastId: BroadcastId;
  readonly wish: BroadcastWish;
  /** Also the moment at which joining and renting are looked at. */
  readonly acceptedAt: Instant;
  readonly status: 'RUNNING' | 'COMPLETED' | 'GIVEN_UP';
  /** Number of the last page that was begun; 0 before the first one. */
  readonly pages: number;
  /** Begun, and neither ended nor lost. */
  readonly openPage: { readonly number: number; readonly people: number } | null;
  /** The walk goes on behind this user. */
  readonly after: UserId | null;
  readonly waiting: readonly Waiting[];
  /** Of those that ended. */
  readonly lastPage: { readonly isProviderAway: boolean; readonly endedAt: Instant } | null;
  /** When the provider was last not known to be away. */
  readonly answeredAt: Instant;
}

/** `null`: there is no such broadcast. */
export type BroadcastState = Broadcast | null;

type DataOf<Type extends BroadcastEvent['type']> = Extract<BroadcastEvent, { type: Type }>['data'];

const accepted = (data: DataOf<'BroadcastAccepted'>): Broadcast => {
  const { broadcastId, title, message, audience, channels, at } = data;
  return {
    broadcastId,
    wish: { title, message, audience, channels },
    acceptedAt: at,
    status: 'RUNNING',
    pages: 0,
    openPage: null,
    after: null,
    waiting: [],
    lastPage: null,
    answeredAt: at,
  };
};

const ended = (broadcast: Broadcast, data: DataOf<'BroadcastPageEnded'>): Broadcast => {
  const { again, isProviderAway, at } = data;
  const lastPage = { isProviderAway, endedAt: at };
  const answeredAt = isProviderAway ? broadcast.answeredAt : at;
  return { ...broadcast, openPage: null, waiting: again, lastPage, answeredAt };
};

export const evolveBroadcast = (
  broadcast: BroadcastState,
  event: BroadcastEvent,
): BroadcastState => {
  if (event.type === 'BroadcastAccepted') return accepted(event.data);
  if (broadcast === null) return null;
  switch (event.type) {
    case 'BroadcastPageBegun': {
      const { number, people, upTo } = event.data;
      // Those who waited are of this page, so it is told of them how it ends.
      return { ...broadcast, pages: number, openPage: { number, people }, after: upTo };
    }
    case 'BroadcastPageEnded':
      return ended(broadcast, event.data);
    case 'BroadcastPageLost':
      return { ...broadcast, openPage: null, waiting: [] };
    case 'BroadcastCompleted':
      return { ...broadcast, status: 'COMPLETED' };
    case 'BroadcastGivenUp':
      return { ...broadcast, status: 'GIVEN_UP', waiting: [] };
    default:
      return broadcast;
  }
};
