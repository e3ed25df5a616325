import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { failure } from 'io-ts/lib/PathReporter.js';
import { Bug } from '../domain/shared/assert.js';
import { type Money, paisa } from '../domain/shared/money.js';
import type { Row } from './database.js';

/** A `bigint` column that must fit an exact JavaScript number: counts, points, minutes. */
export const WholeNumberColumn = new t.Type<number, bigint, unknown>(
  'WholeNumberColumn',
  (input): input is number => typeof input === 'number' && Number.isSafeInteger(input),
  (input, context) => {
    const number = typeof input === 'bigint' ? Number(input) : input;
    return typeof number === 'number' && Number.isSafeInteger(number)
      ? t.success(number)
      : t.failure(input, context, 'expected a whole number');
  },
  BigInt,
);

/** A `bigint` column that holds a log position. */
export const PositionColumn = t.bigint;

/** A `…_minor` column: whole paisa as `Money`. */
export const MoneyColumn = new t.Type<Money, bigint, unknown>(
  'MoneyColumn',
  (input): input is Money => typeof input === 'object' && input !== null && 'minor' in input,
  (input, context) => {
    const minor = WholeNumberColumn.validate(input, context);
    return E.isRight(minor) ? t.success(paisa(minor.right)) : minor;
  },
  (money) => BigInt(money.minor),
);

/**
 * Rows as the codec describes them. A row that does not fit means that the schema and the program
 * disagree, which is a bug and not a matter for the caller.
 */
export const decodeRows = <A>(
  codec: t.Type<A, unknown, unknown>,
  rows: readonly Row[],
): readonly A[] =>
  rows.map((row) => {
    const decoded = codec.decode(row);
    if (E.isRight(decoded)) return decoded.right;
    throw new Bug(`a row is not as its codec says: ${failure(decoded.left).join('; ')}`);
  });
