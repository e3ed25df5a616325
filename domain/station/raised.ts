import { differingFields } from '../shared/repeat.js';
import type { StationAnomaly } from './events.js';
import type { RaisedAnomaly, StationState } from './state.js';

/** The same anomaly, when it is the latest that was raised of its slot; `null` otherwise. */
export const alreadyRaised = (
  state: StationState,
  found: StationAnomaly & { readonly slot: number },
): RaisedAnomaly | null => {
  const raised = state.raised.get(found.slot);
  if (raised === undefined) return null;
  return differingFields(raised.anomaly, found).length === 0 ? raised : null;
};
