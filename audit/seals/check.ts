import type { LogCheck } from '../check.js';
import { type SealCheckOptions, SealRun } from './run.js';

export type { SealCheckOptions, SealStory } from './run.js';

/**
 * Recomputes every seal from the events before it. A changed, removed, inserted or moved event is
 * told with its place; so is a seal that is gone, altered, or signed by nobody whom we know.
 */
export const sealsHold = (options: SealCheckOptions): LogCheck => ({
  name: 'seals-hold',
  claim: 'each sealed event is as it was sealed, and each seal is signed and follows the last one',
  begin: () => new SealRun(options),
});
