/**
 * Lists are read page by page: `data: { items, next_cursor }`, and `?cursor=…&page_size=…`.
 *
 * A cursor says where the last item stood, not how many were before it, so items that come or go
 * in the meantime neither repeat nor hide others. Clients get it as a word without meaning.
 */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable } from '../../domain/shared/codecs.js';
import { withDefault } from './default-type.js';
import { DescribedType } from './described-type.js';
import type { JsonSchema } from './json-schema.js';
import { queryInteger } from './query-codecs.js';
import { unfitness } from './unfit-input.js';

/** Sizes of a page (rules 3.24). */
export interface PageSizes {
  readonly usual: number;
  readonly max: number;
}
const ordinaryPages: PageSizes = { usual: 20, max: 100 };
/** Longer than any cursor that we write. */
const cursorLengthMax = 500;

const cursorPattern = new RegExp(`^[A-Za-z0-9_-]{1,${cursorLengthMax}}$`);

/** The data of one page, in the form of `item`. */
export const pageOf = <Item extends t.Mixed>(name: string, item: Item) =>
  t.strict({ items: t.array(item), next_cursor: nullable(t.string) }, name);

/** Codec of a cursor, with that of what is in it. */
export class CursorType<A> extends DescribedType<A> {
  constructor(
    readonly content: t.Type<A, unknown, unknown>,
    ...described: ConstructorParameters<typeof DescribedType<A>>
  ) {
    super(...described);
  }
}

/**
 * What a cursor holds, written as an opaque word: whatever the list is ordered by, in the form of
 * `codec`. One that we have not written is a decoding error.
 */
export const cursorOf = <A>(name: string, codec: t.Type<A, unknown, unknown>): CursorType<A> => {
  const schema: JsonSchema = {
    type: 'string',
    pattern: cursorPattern.source,
    description: 'Taken from `next_cursor` of the page before; nothing for the first page.',
  };
  const write = (value: A): string =>
    Buffer.from(JSON.stringify(codec.encode(value))).toString('base64url');
  return new CursorType<A>(
    codec,
    name,
    { description: 'a cursor of this list', input: schema, output: schema },
    {
      is: codec.is,
      parse: (input) => {
        const decoded = codec.decode(parseOpaque(input));
        return E.isRight(decoded) ? decoded.right : null;
      },
      write,
    },
  );
};

const parseOpaque = (input: unknown): unknown => {
  if (typeof input !== 'string' || !cursorPattern.test(input)) return undefined;
  try {
    const held: unknown = JSON.parse(Buffer.from(input, 'base64url').toString('utf8'));
    return unfitness(held) === null ? held : undefined;
  } catch {
    return undefined; // Not written by us; the codec refuses it.
  }
};

/** The query of a list, to be intersected with its filters. */
export const pageQuery = <A>(cursor: DescribedType<A>, { usual, max } = ordinaryPages) =>
  t.intersection([
    t.partial({ cursor }),
    t.strict({
      page_size: withDefault(queryInteger('PageSize', { minimum: 1, maximum: max }), usual),
    }),
  ]);

/**
 * Cuts a page out of rows that were read with one more than its size: the row too many shows that
 * there is a next page, and is not part of this one.
 */
export const pageFrom = <Row, Item, A>(
  rows: readonly Row[],
  page: {
    readonly size: number;
    readonly cursor: DescribedType<A>;
    readonly placeOf: (row: Row) => A;
    readonly itemOf: (row: Row) => Item;
  },
): { items: Item[]; next_cursor: string | null } => {
  const shown = rows.slice(0, page.size);
  const last = shown.at(-1);
  const hasMore = rows.length > page.size && last !== undefined;
  return {
    items: shown.map(page.itemOf),
    next_cursor: hasMore ? String(page.cursor.encode(page.placeOf(last))) : null,
  };
};
