import type { Aggregate } from '../shared/aggregate.js';
import { decidePartner, type PartnerCommand, type PartnerRefusal } from './decide.js';
import { type PartnerEvent, partnerEvents } from './events.js';
import { evolvePartner, type PartnerState } from './state.js';

export type { PartnerRefusal } from './decide.js';
export {
  type PartnerEvent,
  PartnerType,
  partnerEvents,
  VendorType,
} from './events.js';
export { PartnerPerson } from './person.js';
export { hasDashboard, type Partner, type PartnerState } from './state.js';

/**
 * What a user is to the network beside being a user: stream `partner-{userId}`. Under the user's
 * own id nobody can become two partners (BR1).
 */
export const partner: Aggregate<PartnerCommand, PartnerState, PartnerEvent, PartnerRefusal> = {
  category: 'partner',
  events: partnerEvents,
  initial: null,
  decide: decidePartner,
  evolve: evolvePartner,
};
