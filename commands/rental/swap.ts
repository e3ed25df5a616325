import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Rental, SwapReason } from '../../domain/rental/index.js';
import { Bug } from '../../domain/shared/assert.js';
import { nullable, text } from '../../domain/shared/codecs.js';
import { PowerBankSerial, SwapId } from '../../domain/shared/ids.js';
import { problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { type Route, route } from '../../ports/http/route.js';
import { sealWordsIfAny } from '../../ports/sealed-words.js';
import { rentalWordsPlace } from '../../ports/user-data.js';
import { contextOf, idFrom, problemsOf, submit, withPosition } from '../operation.js';
import { commandOfWish } from '../rental-process/put-back.js';
import { RentalAnswer, rentalAnswer } from './answer.js';
import { swapFailureOf } from './outcome.js';
import { sightOfOwnBank } from './own-bank.js';
import {
  clientPatience,
  loadOwn,
  RentalPath,
  rentalNotFound,
  waitForRental,
} from './own-rental.js';
import { letBankBePutBack } from './put-back.js';
import type { WordsTools } from './words.js';

const SwapBody = t.strict(
  {
    reason: SwapReason,
    description: withDefault(nullable(text('SwapText', { maxLength: 500 })), null),
    powerbank_sn: withDefault(nullable(PowerBankSerial), null),
  },
  'SwapPowerBank',
);

const problems = problemsOf([
  'rental_not_found',
  'rental_not_started',
  'invalid_rental_status',
  'cancellation_in_progress',
  'swap_in_progress',
  'swap_window_expired',
  'swap_limit_exceeded',
  'no_swap_powerbank_available',
  'swap_popup_failed',
  'powerbank_not_returned',
  'powerbank_not_in_slot',
  'slot_not_occupied',
]);

/** A rental ended while its swap was open; the swap then failed with this word. */
const rentalEnded = 'rental_ended';

const description = [
  'Gives another power bank for the one just taken, free of charge and with the times unchanged,',
  'once the present one is back in a slot of the pickup station (SWAP-1 to SWAP-4). Send',
  '`Prefer: wait=N` first and put the bank into a slot within that time; a bank put back without',
  'this announcement is a return and ends the rental. The answer waits for the cabinet (200), or',
  'comes at once (202).',
].join(' ');

export interface SwapLimits {
  /** Setting RENTAL_SWAP_LIMIT_PER_MINUTE (rules 3.2). */
  readonly rentalSwapsPerMinuteMax: number;
}

export const swapPowerBank = (tools: WordsTools, limits: SwapLimits): Route =>
  route({
    operation: 'swapPowerBank',
    method: 'POST',
    path: '/api/rentals/:id/swap',
    summary: 'Swaps the power bank for another one',
    description,
    tag: 'Rentals',
    idempotency: 'required',
    wait: true,
    params: RentalPath,
    body: SwapBody,
    responses: { 200: RentalAnswer, 202: RentalAnswer },
    problems: problems.codes,
    rateLimits: [
      {
        name: 'rental-swap',
        // Asked anew each time: staff may change the setting while the program runs.
        get requestsMax() {
          return limits.rentalSwapsPerMinuteMax;
        },
        windowSeconds: 60,
        key: ({ principal }) => principal.id,
        whenStoreFails: 'allow',
      },
    ],
    handler: async (asking, answer) => {
      const { params, body, principal, now } = asking;
      const own = await loadOwn(tools, principal.id, params.id);
      if (own === null) return rentalNotFound;
      const swapId = idFrom(SwapId, asking.commandId);
      const { powerbank_sn: requestedPowerBank, reason } = body;
      const place = rentalWordsPlace(principal.id, 'swapDescription');
      const description = await sealWordsIfAny(tools.personalData, place, body.description);
      const wish = { kind: 'swap', swapId, requestedPowerBank, reason, description } as const;
      const judgedAt = await letBankBePutBack(tools, own.rental, { wish, asking });
      const sight = await sightOfOwnBank(tools, own.rental);
      const command = await commandOfWish(tools.handlers, own.rental, {
        wish,
        sight,
        at: judgedAt,
      });
      const requested = await submit(tools.handlers.rental, params.id, command, contextOf(asking));
      if (E.isLeft(requested)) return problems.refused(requested.left);
      const isOver = ({ swaps }: Rental): boolean => swaps.get(swapId)?.status !== 'open';
      const patience = clientPatience(asking);
      const loaded = await waitForRental(tools, params.id, { isAsWished: isOver, patience });
      if (loaded === null) return rentalNotFound;
      const { rental, position } = loaded;
      const data = rentalAnswer(rental, now);
      if (!isOver(rental)) {
        return answer(202, data, { message: 'The swap is under way', ...withPosition(position) });
      }
      if (rental.swaps.get(swapId)?.status === 'completed') {
        return answer(200, data, {
          message: 'The power bank is swapped',
          ...withPosition(position),
        });
      }
      const word = await swapFailureOf(tools, params.id, swapId);
      if (word === null) throw new Bug(`swap ${swapId} failed without a word`);
      return word === rentalEnded
        ? problem('invalid_rental_status')
        : problem(problems.named(word));
    },
  });
