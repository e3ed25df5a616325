import { dayOf, startOfDay } from '../domain/shared/day.js';
import { type Instant, instantOfMs, toMs } from '../domain/shared/instant.js';

/**
 * A moment as people in Nepal write it, by the clock of Kathmandu: `2026-11-22 17:30:05`. Fractions
 * of seconds are left out; whoever needs them reads the JSON.
 */
export const plainTime = (at: Instant): string => {
  const day = dayOf(at);
  const sinceMidnightMs = toMs(at) - toMs(startOfDay(day));
  return `${day} ${instantOfMs(sinceMidnightMs).slice(11, 19)}`;
};
