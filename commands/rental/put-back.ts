import * as E from 'fp-ts/lib/Either.js';
import { type PutBackWish, type Rental, statusAt } from '../../domain/rental/index.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import { type Asking, contextOf, type OperationTools, submit } from '../operation.js';
import { clientPatience, type Waiting, waitForRental } from './own-rental.js';

/**
 * A renter who sends `Prefer: wait` announces to put the bank back while we wait: then it is put
 * back, and not returned (which would end the rental). Comes back as soon as the bank is there,
 * or the rental has moved on by itself, or patience ends; what is then refused is refused by the
 * command itself. Gives back the moment for which that command is to be judged: when the bank came
 * back, or when the request did.
 */
export const letBankBePutBack = async (
  tools: OperationTools,
  rental: Rental,
  { wish, asking }: { readonly wish: PutBackWish; readonly asking: Asking & Waiting },
): Promise<Instant> => {
  const { now, waitSeconds } = asking;
  const isOut = statusAt(rental, now) === 'ACTIVE' && rental.putBack === null;
  if (!isOut || waitSeconds === 0) return now;
  const until = plusSeconds(now, waitSeconds);
  const announced = await submit(
    tools.handlers.rental,
    rental.rentalId,
    { type: 'AwaitPutBack', wish, until, at: now },
    contextOf(asking, 'put-back'),
  );
  if (E.isLeft(announced)) return now;
  const isAsWished = ({ putBack, status }: Rental): boolean =>
    putBack !== null || status !== 'ACTIVE';
  const patience = clientPatience(asking);
  const loaded = await waitForRental(tools, rental.rentalId, { isAsWished, patience });
  return loaded?.rental.putBack?.sight.at ?? now;
};
