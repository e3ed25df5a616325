import * as E from 'fp-ts/lib/Either.js';

/** One id, two different wishes: the second is not a repetition but a mistake of its sender. */
export interface IdReused {
  readonly kind: 'IdReused';
  readonly id: string;
  /** Names of the fields in which the wishes differ. */
  readonly differing: readonly string[];
}

type Content = Readonly<Record<string, unknown>>;

const isContent = (value: unknown): value is Content =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (left: unknown, right: unknown): boolean => {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => isSame(item, right[at]));
  }
  if (isContent(left) && isContent(right)) return differingFields(left, right).length === 0;
  return left === right;
};

/** Fields, of either, whose values differ. */
export const differingFields = (left: Content, right: Content): readonly string[] =>
  [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (field) => !isSame(left[field], right[field]),
  );

/**
 * Answers a wish whose id was seen before: nothing to do when it asks for the same, a refusal
 * otherwise. When it was asked (and what follows from that, such as an expiry) is not part of
 * what was asked, so callers leave times out.
 */
export const answerRepeat = (
  id: string,
  first: Content,
  again: Content,
): E.Either<IdReused, readonly never[]> => {
  const differing = differingFields(first, again);
  return differing.length === 0 ? E.right([]) : E.left({ kind: 'IdReused', id, differing });
};
