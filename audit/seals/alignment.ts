/** In what two lists differ that should be the same, told item by item. */

/** Indexes of the expected and of the found list. */
export type Difference =
  | { readonly kind: 'changed'; readonly expected: number; readonly found: number }
  | { readonly kind: 'moved'; readonly expected: number; readonly found: number }
  /** `found` is the item before which it should stand. */
  | { readonly kind: 'missing'; readonly expected: number; readonly found: number }
  | { readonly kind: 'inserted'; readonly found: number };

/** One item that is in both lists. */
interface Pair {
  readonly expected: number;
  readonly found: number;
}

/** Equal items, the first with the first, in the order of the found list. */
const pairsOf = (expected: readonly string[], found: readonly string[]): readonly Pair[] => {
  const places = new Map<string, number[]>();
  for (const [index, item] of expected.entries()) {
    const others = places.get(item);
    if (others === undefined) places.set(item, [index]);
    else others.push(index);
  }
  return found.flatMap((item, index) => {
    const place = places.get(item)?.shift();
    return place === undefined ? [] : [{ expected: place, found: index }];
  });
};

/** The longest part of `pairs` whose order is the expected one (patience sorting). */
const inOrder = (pairs: readonly Pair[]): readonly Pair[] => {
  const before = new Map<Pair, Pair | undefined>();
  /** At each length, the end of the row of that length which ends lowest. */
  const ends: Pair[] = [];
  for (const pair of pairs) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.expected ?? 0) < pair.expected) low = middle + 1;
      else high = middle;
    }
    before.set(pair, ends[low - 1]);
    ends[low] = pair;
  }
  const row: Pair[] = [];
  for (let pair = ends.at(-1); pair !== undefined; pair = before.get(pair)) row.push(pair);
  return row.reverse();
};

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** What is neither here nor there of both lists between two pairs that are in order. */
const between = (
  lost: readonly number[],
  foreign: readonly number[],
  end: Pair,
): readonly Difference[] => [
  ...lost.map((expected, index): Difference => {
    const found = foreign[index];
    return found === undefined
      ? { kind: 'missing', expected, found: end.found }
      : { kind: 'changed', expected, found };
  }),
  ...foreign.slice(lost.length).map((found): Difference => ({ kind: 'inserted', found })),
];

/**
 * The fewest differences that explain what was found. Where between two items that stay in their
 * order one is lost and another one is new, that is taken for a change.
 */
export const differencesOf = (
  expected: readonly string[],
  found: readonly string[],
): readonly Difference[] => {
  const pairs = pairsOf(expected, found);
  const kept = inOrder(pairs);
  const isKept = new Set(kept);
  const knownExpected = new Set(pairs.map((pair) => pair.expected));
  const knownFound = new Set(pairs.map((pair) => pair.found));
  const differences: Difference[] = pairs
    .filter((pair) => !isKept.has(pair))
    .map((pair) => ({ kind: 'moved', ...pair }));
  let last: Pair = { expected: -1, found: -1 };
  for (const pair of [...kept, { expected: expected.length, found: found.length }]) {
    const lost = range(last.expected + 1, pair.expected).filter((at) => !knownExpected.has(at));
    const foreign = range(last.found + 1, pair.found).filter((at) => !knownFound.has(at));
    differences.push(...between(lost, foreign, pair));
    last = pair;
  }
  return differences.sort((left, right) => left.found - right.found);
};
