import * as t from 'io-ts';
import { type Money, paisa, parseRupees, toRupees } from '../shared/money.js';

export type Unit =
  | 'points'
  | 'NPR'
  | 'percent'
  | 'times'
  | 'rentals'
  | 'retries'
  | 'seconds'
  | 'minutes'
  | 'hours'
  | 'days'
  | 'requests a minute'
  | 'yes or no';

/** Bounds of a setting, both inclusive, in its unit. */
export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * A setting's value: text on the outside, because staff type it and the log keeps what they
 * typed; a typed value on the inside. `expects` tells staff what would have been accepted.
 */
export class SettingType<A> extends t.Type<A, string, unknown> {
  readonly _tag = 'SettingType' as const;

  constructor(
    readonly unit: Unit,
    readonly expects: string,
    readonly conversion: {
      readonly is: (input: unknown) => input is A;
      /** `null` for text that is no such value. */
      readonly parse: (text: string) => A | null;
      readonly print: (value: A) => string;
    },
  ) {
    super(
      expects,
      conversion.is,
      (input, context) => {
        const value = typeof input === 'string' ? conversion.parse(input) : null;
        return value === null ? t.failure(input, context, `expected ${expects}`) : t.success(value);
      },
      conversion.print,
    );
  }
}

const isWithin =
  ({ minimum, maximum }: Bounds) =>
  (value: unknown): value is number =>
    typeof value === 'number' &&
    Number.isSafeInteger(value) &&
    minimum <= value &&
    value <= maximum;

const wholePattern = /^\d{1,9}$/;

/** A whole number of something. */
export const whole = (unit: Unit, bounds: Bounds): SettingType<number> => {
  const is = isWithin(bounds);
  const parse = (text: string): number | null => {
    const value = wholePattern.test(text) ? Number(text) : null;
    return is(value) ? value : null;
  };
  const expects = `whole ${unit} from ${bounds.minimum} to ${bounds.maximum}`;
  return new SettingType(unit, expects, { is, parse, print: String });
};

const hundredthsPattern = /^(\d{1,7})(?:\.(\d{1,2}))?$/;

/** A number with at most two decimal places, kept as whole hundredths: `2.5` is 250. */
export const hundredths = (unit: Unit, bounds: Bounds): SettingType<number> => {
  const is = isWithin({ minimum: bounds.minimum * 100, maximum: bounds.maximum * 100 });
  const parse = (text: string): number | null => {
    const match = hundredthsPattern.exec(text);
    if (match === null) return null;
    const [, units = '', places = ''] = match;
    const value = Number(units) * 100 + Number(places.padEnd(2, '0'));
    return is(value) ? value : null;
  };
  const print = (value: number): string =>
    `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
  const expects = `${unit} from ${bounds.minimum} to ${bounds.maximum}, at most two decimals`;
  return new SettingType(unit, expects, { is, parse, print });
};

/** An amount in rupees with at most two decimal places, as `Money`. */
export const amount = (bounds: Bounds): SettingType<Money> => {
  const isMinor = isWithin({ minimum: bounds.minimum * 100, maximum: bounds.maximum * 100 });
  const is = (input: unknown): input is Money =>
    typeof input === 'object' &&
    input !== null &&
    'currency' in input &&
    input.currency === 'NPR' &&
    'minor' in input &&
    isMinor(input.minor);
  const parse = (text: string): Money | null => {
    const money = parseRupees(text);
    return is(money) ? paisa(money.minor) : null;
  };
  const expects = `an amount in rupees from ${bounds.minimum} to ${bounds.maximum}`;
  return new SettingType('NPR', expects, { is, parse, print: toRupees });
};

export const yesOrNo = (): SettingType<boolean> =>
  new SettingType('yes or no', 'true or false', {
    is: (input): input is boolean => typeof input === 'boolean',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : null),
    print: String,
  });

/**
 * How many points pay for one rupee. A divisor of 100, so that one point is whole paisa and an
 * explicit split can add up exactly (PAY-5).
 */
export const pointsPerRupee = (): SettingType<number> => {
  const is = (input: unknown): input is number =>
    typeof input === 'number' && Number.isSafeInteger(input) && input > 0 && 100 % input === 0;
  const parse = (text: string): number | null => {
    const value = wholePattern.test(text) ? Number(text) : null;
    return is(value) ? value : null;
  };
  const expects = 'points for one rupee: 1, 2, 4, 5, 10, 20, 25, 50 or 100';
  return new SettingType('points', expects, { is, parse, print: String });
};

const upTo = (minimum: number, maximum: number): Bounds => ({ minimum, maximum });

export const points = () => whole('points', upTo(0, 1_000_000));
export const seconds = (minimum: number, maximum: number) =>
  whole('seconds', upTo(minimum, maximum));
export const minutes = (minimum: number, maximum: number) =>
  whole('minutes', upTo(minimum, maximum));
export const hours = (minimum: number, maximum: number) => whole('hours', upTo(minimum, maximum));
export const days = (minimum: number, maximum: number) => whole('days', upTo(minimum, maximum));
export const wholePercent = () => whole('percent', upTo(0, 100));
export const percentHundredths = () => hundredths('percent', upTo(0, 100));
