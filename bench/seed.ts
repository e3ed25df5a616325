/** The same choices in every run, so that two runs differ only in what they measure. */

export const seed = 20_261_122;

/** mulberry32: numbers from 0 up to 1, the same ones for the same seed. */
export const numbersFrom = (start: number): (() => number) => {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** The values in an order of the seed's choice. */
export const shuffled = <A>(values: readonly A[]): readonly A[] => {
  const next = numbersFrom(seed);
  return values
    .map((value) => ({ value, at: next() }))
    .sort((left, right) => left.at - right.at)
    .map(({ value }) => value);
};
