import type { Position } from '../ports/event-store.js';

/** Why a command did not end in `Handled`. Only `Refused` is an answer of the domain. */
export type CommandFailure<Refusal> =
  | { readonly kind: 'Refused'; readonly refusal: Refusal }
  /** Others were faster, `attempts` times in a row. Nothing was written. */
  | { readonly kind: 'Contended'; readonly stream: string; readonly attempts: number }
  /** The store's answer was lost and the events are not to be found (yet). */
  | { readonly kind: 'OutcomeUnknown'; readonly stream: string; readonly reason: string }
  | { readonly kind: 'StoreRejected'; readonly stream: string; readonly reason: string };

export interface Handled<State, Event> {
  /** With this command, and without what others added behind it in the same append. */
  readonly state: State;
  /** What this command added; empty when its wish was already fulfilled. */
  readonly events: readonly Event[];
  /** Position of the stream's last event, for reading one's own write; `null` for no event. */
  readonly position: Position | null;
  /** Whether `state` is the stream's at `position`: nobody added anything behind this command. */
  readonly isCurrent: boolean;
}
