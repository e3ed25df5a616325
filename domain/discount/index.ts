import type { Aggregate } from '../shared/aggregate.js';
import { type DiscountCommand, type DiscountRefusal, decideDiscount } from './decide.js';
import { type DiscountEvent, discountEvents } from './events.js';
import { type DiscountState, evolveDiscount } from './state.js';

export type { DiscountCommand, DiscountRefusal } from './decide.js';
export { type DiscountEvent, DiscountOffer, discountEvents } from './events.js';
export { applicableDiscount, type Discount, type DiscountState, isOver } from './state.js';

/** A percentage off one package at one station: stream `discount-{station}~{package}`. */
export const discount: Aggregate<DiscountCommand, DiscountState, DiscountEvent, DiscountRefusal> = {
  category: 'discount',
  events: discountEvents,
  initial: null,
  decide: decideDiscount,
  evolve: evolveDiscount,
};
