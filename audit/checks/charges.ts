import type { EventIn } from '../../domain/registry.js';
import { type LogCheck, nothing, onEachFact } from '../check.js';
import { type Finding, type Place, placeOf } from '../finding.js';

/** Running sums of one rental, in paisa. */
interface Sums {
  readonly planned: Map<string, number>;
  readonly extensionsPaid: Map<string, number>;
  paid: number;
  extensions: number;
}

const newSums = (): Sums => ({
  planned: new Map(),
  extensionsPaid: new Map(),
  paid: 0,
  extensions: 0,
});

type Fact<Type> = Extract<EventIn<'rental'>, { readonly type: Type }>;

const comparisons = (
  place: Place,
  sides: readonly (readonly [what: string, expected: number, found: number])[],
): readonly Finding[] =>
  sides
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => ({
      code: 'rental-sums-wrong',
      place,
      expected: `${what} to be ${expected}`,
      found: String(found),
    }));

const completed = (
  { paid, extensions }: Sums,
  { data }: Fact<'RentalCompleted'>,
  place: Place,
): readonly Finding[] => {
  const { charges, owed } = data;
  const { use, lateFee, penalty, staffAmount, total } = charges;
  const parts = [use, charges.extensions, lateFee, penalty].map(({ minor }) => minor);
  const sum = parts.reduce((all, each) => all + each, staffAmount?.minor ?? 0);
  return comparisons(place, [
    ['the total of the charges', sum, total.minor],
    ['what was paid for extensions', extensions, charges.extensions.minor],
    ['what was paid before the end', paid, data.paid.minor],
    ['what is owed', Math.max(0, total.minor - paid), owed.minor],
  ]);
};

/** In points some value may be lost or won by rounding, so the wallet's part is compared. */
const cancelled = (
  { paid }: Sums,
  { data: { fee, refund } }: Fact<'RentalCancelled'>,
  place: Place,
): readonly Finding[] => {
  const kept = paid - refund.wallet.minor;
  if (fee.minor <= kept && fee.minor >= 0) return nothing;
  const expected = `a fee of at most the ${kept} that are not given back in money`;
  return [{ code: 'rental-sums-wrong', place, expected, found: `a fee of ${fee.minor}` }];
};

export const chargesAddUp: LogCheck = {
  name: 'charges-add-up',
  claim: 'what a rental says of its charges, payments and dues is the sum of its own facts',
  begin: () => {
    const open = new Map<string, Sums>();
    return onEachFact((logged, { recorded }) => {
      if (logged.category !== 'rental') return nothing;
      const { streamId, event } = logged;
      const sums = open.get(streamId) ?? newSums();
      const place = placeOf(recorded);
      if (event.type === 'RentalRequested') {
        open.set(streamId, sums);
      } else if (event.type === 'PaymentPlanned') {
        const { paymentId, purpose, amount } = event.data;
        sums.planned.set(paymentId, amount.minor);
        if (purpose === 'EXTENSION') sums.extensionsPaid.set(paymentId, amount.minor);
      } else if (event.type === 'PaymentConfirmed') {
        sums.paid += sums.planned.get(event.data.paymentId) ?? 0;
      } else if (event.type === 'RentalExtended') {
        const { paymentId, offer } = event.data;
        sums.extensions += offer.price.minor;
        const paid = sums.extensionsPaid.get(paymentId) ?? 0;
        return comparisons(place, [['the payment of the extension', offer.price.minor, paid]]);
      } else if (event.type === 'RentalCompleted') {
        open.delete(streamId);
        return completed(sums, event, place);
      } else if (event.type === 'RentalCancelled') {
        open.delete(streamId);
        return cancelled(sums, event, place);
      }
      return nothing;
    });
  },
};
