import * as E from 'fp-ts/lib/Either.js';
import {
  hashOf,
  inclusionPath,
  type LeafFields,
  leafFieldsOf,
  leafOf,
  type SealData,
  type Sha256,
  sealStream,
} from '../../domain/seal/index.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import { passOver } from '../pass.js';
import { type InclusionProof, inclusionProof } from './proof.js';
import { checkStretch } from './stretch-check.js';
import { UnsealedEvents } from './unsealed.js';

export type ProveOutcome =
  | { readonly kind: 'proof'; readonly proof: InclusionProof }
  /** No event of the log has that id. */
  | { readonly kind: 'unknown-event' }
  /** It is a seal itself: its own signature proves it. */
  | { readonly kind: 'is-a-seal' }
  /** No seal has been made since it came. */
  | { readonly kind: 'not-sealed-yet' }
  /** Not all events under its seal are as they were sealed. */
  | { readonly kind: 'seal-does-not-hold'; readonly seal: number };

export interface ProveOptions {
  readonly store: Pick<EventStore, 'readLog'>;
  readonly sha256: Sha256;
  readonly eventId: string;
  readonly signal: AbortSignal;
  readonly onEvent: (position: Position) => void;
}

/** The event that a proof is wanted of, and where it is among those that wait for their seal. */
interface Wanted {
  readonly fields: LeafFields;
  index: number;
}

const proofUnder = (
  sha256: Sha256,
  seal: SealData,
  { events, wanted }: { readonly events: UnsealedEvents; readonly wanted: Wanted },
): InclusionProof => {
  const leaves = Array.from({ length: seal.count }, (_, index) => events.leafAt(index));
  const path = inclusionPath(sha256, leaves, wanted.index).map(hashOf);
  return inclusionProof(wanted.fields, { index: wanted.index, path, seal });
};

/** Reads the log up to the seal over an event, and takes the way from one to the other. */
export const proveEvent = async (options: ProveOptions): Promise<ProveOutcome> => {
  const { store, sha256, eventId, signal, onEvent } = options;
  const events = new UnsealedEvents();
  let wanted: Wanted | null = null;
  let isPlaced = false;
  for await (const audited of passOver({ store, until: { kind: 'end' }, signal, onEvent })) {
    const { recorded, logged } = audited;
    const isWanted = recorded.id === eventId;
    if (recorded.stream !== sealStream) {
      if (isWanted) wanted = { fields: leafFieldsOf(recorded), index: events.count };
      events.add(leafOf(sha256, recorded), recorded);
      continue;
    }
    if (isWanted) return { kind: 'is-a-seal' };
    if (E.isLeft(logged) || logged.right.category !== 'seal') continue;
    const seal = logged.right.event.data;
    const check = checkStretch(sha256, { seal, events, isPlaced });
    if (wanted !== null && wanted.index < check.taken) {
      return check.findings.length === 0
        ? { kind: 'proof', proof: proofUnder(sha256, seal, { events, wanted }) }
        : { kind: 'seal-does-not-hold', seal: seal.number };
    }
    events.drop(check.taken);
    isPlaced = check.isPlaced;
    if (wanted !== null) wanted.index -= check.taken;
  }
  return { kind: wanted === null ? 'unknown-event' : 'not-sealed-yet' };
};
