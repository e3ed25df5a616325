/**
 * Exact fractions for prices a minute, percentages and late fees. Numerator and denominator are
 * bigints, so that no step before the one final rounding loses anything (P-031).
 */
export interface Ratio {
  readonly numerator: bigint;
  /** Always positive. */
  readonly denominator: bigint;
}

export const ratio = (numerator: bigint | number, denominator: bigint | number = 1n): Ratio => {
  const below = BigInt(denominator);
  if (below === 0n) throw new Error('a ratio has no zero denominator');
  const above = BigInt(numerator);
  return below > 0n
    ? { numerator: above, denominator: below }
    : { numerator: -above, denominator: -below };
};

export const addRatio = (left: Ratio, right: Ratio): Ratio =>
  ratio(
    left.numerator * right.denominator + right.numerator * left.denominator,
    left.denominator * right.denominator,
  );

export const multiply = (left: Ratio, right: Ratio): Ratio =>
  ratio(left.numerator * right.numerator, left.denominator * right.denominator);

/** Rounds half away from zero, which is half-up for the non-negative amounts of the rules. */
export const roundHalfUp = ({ numerator, denominator }: Ratio): number => {
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const rounded = (magnitude * 2n + denominator) / (denominator * 2n);
  return Number(negative ? -rounded : rounded);
};

/** Largest whole number that is not above the fraction. */
export const floorRatio = ({ numerator, denominator }: Ratio): number => {
  const quotient = numerator / denominator;
  const isExact = quotient * denominator === numerator;
  return Number(numerator < 0n && !isExact ? quotient - 1n : quotient);
};

const decimalPattern = /^(\d{1,12})(?:\.(\d{1,12}))?$/;

/** Reads decimal text such as `0.8333` or `2`; `null` when it is none or negative. */
export const parseDecimal = (text: string): Ratio | null => {
  const match = decimalPattern.exec(text);
  if (match === null) return null;
  const [, whole = '', places = ''] = match;
  return ratio(BigInt(whole + places), 10n ** BigInt(places.length));
};
