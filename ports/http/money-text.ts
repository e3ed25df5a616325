/**
 * Money in JSON: decimal text in rupees with two places, `"150.00"`.
 *
 * We always write text, because a JSON number is a float to most readers. We accept text, and also
 * a number with at most two decimals, since that is what clients of the earlier system send; it is
 * read by its shortest text form (`150.5` is "150.5"), and no arithmetic is done on it.
 */

import { isLess, Money, parseRupees, toRupees } from '../../domain/shared/money.js';
import { DescribedType } from './described-type.js';

const rupeesPattern = '^-?\\d{1,12}(\\.\\d{1,2})?$';
const writtenPattern = '^-?\\d+\\.\\d{2}$';

export interface MoneyLimits {
  readonly minimum?: Money;
  readonly maximum?: Money;
}

/** Codec between decimal text and `Money`, within limits (both inclusive). */
export const moneyText = (name: string, { minimum, maximum }: MoneyLimits = {}) => {
  const isWithin = (money: Money): boolean =>
    (minimum === undefined || !isLess(money, minimum)) &&
    (maximum === undefined || !isLess(maximum, money));
  const limits = [
    minimum === undefined ? '' : ` of at least ${toRupees(minimum)}`,
    maximum === undefined
      ? ''
      : `${minimum === undefined ? ' of' : ' and'} at most ${toRupees(maximum)}`,
  ].join('');
  const description = `an amount in rupees with at most two decimals${limits}`;
  const examples = [toRupees(minimum ?? maximum ?? { currency: 'NPR', minor: 15_000 })];
  return new DescribedType<Money>(
    name,
    {
      description,
      input: { type: ['string', 'number'], pattern: rupeesPattern, description, examples },
      output: { type: 'string', pattern: writtenPattern, description: 'Rupees', examples },
    },
    {
      is: (input): input is Money => Money.is(input) && isWithin(input),
      parse: (input) => {
        const money = parseAmount(input);
        return money !== null && isWithin(money) ? money : null;
      },
      write: toRupees,
    },
  );
};

const parseAmount = (input: unknown): Money | null => {
  if (typeof input === 'string') return parseRupees(input);
  return typeof input === 'number' ? parseRupees(String(input)) : null;
};

/** Any amount, negative ones too: what answers show. */
export const MoneyText = moneyText('MoneyText');
/** An amount that somebody pays or asks for. */
export const PositiveMoneyText = moneyText('PositiveMoneyText', {
  minimum: { currency: 'NPR', minor: 1 },
});
