import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { zero } from '../../domain/shared/money.js';
import { withDefault } from '../../ports/http/default-type.js';
import { moneyText } from '../../ports/http/money-text.js';
import { type Route, route } from '../../ports/http/route.js';
import { sealWords } from '../../ports/sealed-words.js';
import { rentalWordsPlace } from '../../ports/user-data.js';
import { contextOf, problemsOf, submit, withPosition } from '../operation.js';
import { RentalAnswer, rentalAnswer } from './answer.js';
import { wasDone } from './outcome.js';
import { loadAny, RentalPath, rentalNotFound } from './own-rental.js';
import { ReasonText, type WordsTools } from './words.js';

const ForceCompleteBody = t.strict(
  {
    status: withDefault(t.literal('COMPLETED'), 'COMPLETED'),
    amount: moneyText('StaffAmount', { minimum: zero }),
    reason: ReasonText,
  },
  'ForceCompleteRental',
);

const problems = problemsOf(['rental_not_found', 'invalid_rental_status']);

const description = [
  'Ends a rental that does not end by itself. `amount` stands for everything that the rules would',
  'still charge, and is charged only where something was open (ABN-3). Who did it, and why, is in',
  'the log.',
].join(' ');

export const forceCompleteRental = (tools: WordsTools): Route =>
  route({
    operation: 'forceCompleteRental',
    method: 'POST',
    path: '/api/admin/rentals/:id/force-complete',
    summary: 'Ends a rental by decision of staff',
    description,
    tag: 'Staff: rentals',
    idempotency: 'required',
    params: RentalPath,
    body: ForceCompleteBody,
    responses: { 200: RentalAnswer },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const { params, body, now } = asking;
      const found = await loadAny(tools, params.id);
      if (found === null) return rentalNotFound;
      const place = rentalWordsPlace(found.rental.request.userId, 'rentalNote');
      const note = await sealWords(tools.personalData, place, body.reason);
      const forced = await submit(
        tools.handlers.rental,
        params.id,
        { type: 'ForceComplete', amount: body.amount, note, at: now },
        contextOf(asking),
      );
      // A finished rental refuses to be finished, also by the command that has finished it.
      if (E.isLeft(forced) && !(await wasDone(tools, params.id, asking.commandId))) {
        return problems.refused(forced.left);
      }
      const loaded = await loadAny(tools, params.id);
      if (loaded === null) return rentalNotFound;
      const data = rentalAnswer(loaded.rental, now);
      return answer(200, data, {
        message: 'The rental is completed',
        ...withPosition(loaded.position),
      });
    },
  });
