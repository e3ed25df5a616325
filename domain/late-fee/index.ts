import type { Aggregate } from '../shared/aggregate.js';
import { decideLateFee, type LateFeeCommand, type LateFeeRefusal } from './decide.js';
import { type LateFeeEvent, lateFeeEvents } from './events.js';
import { emptyCatalogue, evolveLateFee, type LateFeeCatalogue } from './state.js';

export type { LateFeeCommand, LateFeeRefusal } from './decide.js';
export { LateFeeConfig, type LateFeeEvent, lateFeeEvents } from './events.js';
export {
  activeConfigFor,
  activeEntries,
  type CatalogueEntry,
  type LateFeeCatalogue,
  lateFeeTermsNow,
} from './state.js';

/** The whole network has one catalogue. */
export const lateFeeCatalogueId = 'network';

/** All late-fee configurations: stream `latefee-network`. */
export const lateFee: Aggregate<LateFeeCommand, LateFeeCatalogue, LateFeeEvent, LateFeeRefusal> = {
  category: 'latefee',
  events: lateFeeEvents,
  initial: emptyCatalogue,
  decide: decideLateFee,
  evolve: evolveLateFee,
};
