import type { Aggregate } from '../shared/aggregate.js';
import type { PointsCommand, PointsRefusal } from './commands.js';
import { decidePoints } from './decide.js';
import { type PointsEvent, pointsEvents } from './events.js';
import { pointsSnapshots } from './snapshot.js';
import { emptyPoints, evolvePoints, type PointsState } from './state.js';

export type { PointsCommand, PointsRefusal } from './commands.js';
export { AwardSource, type PointsEvent, PointsHoldClosing, pointsEvents } from './events.js';
export {
  type ClosedPointsHold,
  findPointsHold,
  type OpenPointsHold,
  type PointsState,
  spendablePoints,
} from './state.js';

/** A user's points: stream `points-{userId}`. */
export const points: Aggregate<PointsCommand, PointsState, PointsEvent, PointsRefusal> = {
  category: 'points',
  events: pointsEvents,
  initial: emptyPoints,
  decide: decidePoints,
  evolve: evolvePoints,
  snapshots: pointsSnapshots,
};
