import * as t from 'io-ts';
import { Integer } from './codecs.js';
import type { Ratio } from './ratio.js';
import { roundHalfUp } from './ratio.js';

/**
 * Money is a whole number of paisa (NPR 1 = 100 paisa) with its ISO 4217 code. No floating point
 * comes near it: fractions live in `Ratio` and are rounded half-up once, at the stored amount.
 */
export const Money = t.strict({ currency: t.literal('NPR'), minor: Integer }, 'Money');
export interface Money {
  readonly currency: 'NPR';
  /** Whole paisa. */
  readonly minor: number;
}

/** Money from whole paisa; an amount beyond exact integers is a bug, so it throws. */
export const paisa = (minor: number): Money => {
  if (!Number.isSafeInteger(minor)) throw new Error(`not a whole number of paisa: ${minor}`);
  return { currency: 'NPR', minor };
};

/** Money from rupees written in code or tests: `rupees('63.89')`. */
export const rupees = (text: string): Money => {
  const money = parseRupees(text);
  if (money === null) throw new Error(`not an amount in rupees: ${text}`);
  return money;
};

export const zero: Money = paisa(0);

export const add = (left: Money, right: Money): Money => paisa(left.minor + right.minor);
export const subtract = (left: Money, right: Money): Money => paisa(left.minor - right.minor);
export const negate = (money: Money): Money => paisa(0 - money.minor);
export const sum = (amounts: readonly Money[]): Money => amounts.reduce(add, zero);
export const smaller = (left: Money, right: Money): Money =>
  left.minor <= right.minor ? left : right;
export const isZero = (money: Money): boolean => money.minor === 0;
export const isPositive = (money: Money): boolean => money.minor > 0;
export const isLess = (left: Money, right: Money): boolean => left.minor < right.minor;

/** The one place where a fraction of a paisa becomes a whole one. */
export const moneyOfRatio = (minor: Ratio): Money => paisa(roundHalfUp(minor));

/** Decimal text with two places, as answers and exports show it: `150.00`. */
export const toRupees = (money: Money): string => {
  const sign = money.minor < 0 ? '-' : '';
  const minor = Math.abs(money.minor);
  return `${sign}${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
};

const rupeesPattern = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/;

/** Reads decimal text (`150`, `150.5`, `150.50`) without floats; `null` when it is none. */
export const parseRupees = (text: string): Money | null => {
  const match = rupeesPattern.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', places = ''] = match;
  const minor = Number(whole) * 100 + Number(places.padEnd(2, '0'));
  return paisa(sign === '-' ? 0 - minor : minor);
};
