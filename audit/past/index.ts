/**
 * The time machine: what a wallet, a points account, a rental or a station was at any moment of the
 * past. Everything is folded from the log by the aggregates' own `evolve`; no read model is asked.
 */

import { type RentalEvent, type RentalState, rental } from '../../domain/rental/index.js';
import { streamName } from '../../domain/shared/aggregate.js';
import type { RentalId, StationSerial } from '../../domain/shared/ids.js';
import { type StationEvent, type StationState, station } from '../../domain/station/index.js';
import { foldUntil, type Moment, type PastAnswer, type PastTools } from './fold-until.js';

export {
  type AccountTools,
  type PastPoints,
  type PastWallet,
  pointsAt,
  walletAt,
} from './accounts.js';
export type { Moment, Past, PastAnswer, PastFault } from './fold-until.js';

/** Where a rental stood; `null` when it had not begun yet. */
export const rentalAt = (
  tools: PastTools,
  rentalId: RentalId,
  moment: Moment,
): PastAnswer<RentalState> =>
  foldUntil<RentalState, RentalEvent>(
    tools,
    {
      stream: streamName('rental', rentalId),
      initial: rental.initial,
      evolve: rental.evolve,
      eventOf: (logged) => (logged.category === 'rental' ? logged.event : null),
    },
    moment,
  );

/** What a station had in its slots, and was about to do. */
export const stationAt = (
  tools: PastTools,
  serial: StationSerial,
  moment: Moment,
): PastAnswer<StationState> =>
  foldUntil<StationState, StationEvent>(
    tools,
    {
      stream: streamName('station', serial),
      initial: station.initial,
      evolve: station.evolve,
      eventOf: (logged) => (logged.category === 'station' ? logged.event : null),
    },
    moment,
  );
