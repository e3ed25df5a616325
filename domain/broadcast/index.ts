import type { Aggregate } from '../shared/aggregate.js';
import { type BroadcastCommand, type BroadcastRefusal, decideBroadcast } from './decide.js';
import { type BroadcastEvent, broadcastEvents } from './events.js';
import { type BroadcastState, evolveBroadcast } from './state.js';

export { BroadcastAudience, isStillMeant, recentSeconds } from './audience.js';
export { type PageOutcome, providerAwaySecondsMax } from './decide.js';
export {
  BroadcastChannel,
  BroadcastText,
  BroadcastTitle,
  type BroadcastWish,
  pagePeopleMax,
} from './events.js';
export type { Broadcast } from './state.js';

/**
 * A message of staff to a class of users: stream `broadcast-{id}`.
 *
 * Who is of the class is decided in two steps. Joining and renting count up to the moment at which
 * the broadcast is accepted, so that whoever joins later is not of it and the walk has an end; how
 * somebody stands counts at the moment of sending.
 */
export const broadcast: Aggregate<
  BroadcastCommand,
  BroadcastState,
  BroadcastEvent,
  BroadcastRefusal
> = {
  category: 'broadcast',
  events: broadcastEvents,
  initial: null,
  decide: decideBroadcast,
  evolve: evolveBroadcast,
};
