import * as E from 'fp-ts/lib/Either.js';
import type { RentalEvent } from '../../domain/rental/index.js';
import { streamName } from '../../domain/shared/aggregate.js';
import { Bug } from '../../domain/shared/assert.js';
import type { RentalId, SwapId } from '../../domain/shared/ids.js';
import { EventMetadata } from '../../ports/event-metadata.js';
import { decodeLogged } from '../../ports/logged-event.js';
import type { OperationTools } from '../operation.js';

/** All facts of one rental, oldest first; there are some tens of them. */
const factsOf = async (
  { store }: Pick<OperationTools, 'store'>,
  rentalId: RentalId,
): Promise<readonly RentalEvent[]> => {
  const facts: RentalEvent[] = [];
  for await (const recorded of store.readStream(streamName('rental', rentalId))) {
    const decoded = decodeLogged(recorded);
    if (E.isLeft(decoded) || decoded.right.category !== 'rental') {
      throw new Bug(`an event of rental ${rentalId} does not decode`);
    }
    facts.push(decoded.right.event);
  }
  return facts;
};

/**
 * Whether this very command has been carried out before, and only its answer was lost: for wishes
 * that their own fulfilment makes impossible.
 */
export const wasDone = async (
  { store }: Pick<OperationTools, 'store'>,
  rentalId: RentalId,
  commandId: string,
): Promise<boolean> => {
  for await (const { metadata } of store.readStream(streamName('rental', rentalId))) {
    const decoded = EventMetadata.decode(metadata);
    if (E.isRight(decoded) && decoded.right.commandId === commandId) return true;
  }
  return false;
};

/** The refusal word with which a start failed; `null` when it did not, or the user gave up. */
export const startFailureOf = async (
  tools: Pick<OperationTools, 'store'>,
  rentalId: RentalId,
): Promise<string | null> => {
  for (const fact of await factsOf(tools, rentalId)) {
    if (fact.type === 'RentalCancelled') return fact.data.code;
  }
  return null;
};

/** The refusal word with which a swap failed; `null` when it did not. */
export const swapFailureOf = async (
  tools: Pick<OperationTools, 'store'>,
  rentalId: RentalId,
  swapId: SwapId,
): Promise<string | null> => {
  for (const fact of await factsOf(tools, rentalId)) {
    if (fact.type === 'SwapFailed' && fact.data.swapId === swapId) return fact.data.code;
  }
  return null;
};
