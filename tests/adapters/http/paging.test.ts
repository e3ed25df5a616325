import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { NonNegativeInteger } from '../../../domain/shared/codecs.js';
import { cursorOf, pageFrom, pageQuery } from '../../../ports/http/paging.js';
import { QueryBoolean, queryDecimal, queryInteger } from '../../../ports/http/query-codecs.js';

const Place = cursorOf('Place', t.strict({ at: NonNegativeInteger, id: t.string }));
const Query = pageQuery(Place);

/** A list as a route would read it: ordered rows after a place. */
const readPage = (rows: readonly { at: number; id: string }[], query: t.TypeOf<typeof Query>) => {
  const { cursor, page_size: size } = query;
  const after = rows.filter(({ at }) => cursor === undefined || at > cursor.at);
  return pageFrom(after.slice(0, size + 1), {
    size,
    cursor: Place,
    placeOf: (row) => row,
    itemOf: ({ id }) => id,
  });
};

const decode = (query: unknown) => {
  const decoded = Query.decode(query);
  if (E.isLeft(decoded)) throw new Error('the query does not fit');
  return decoded.right;
};

test('following the cursors shows every item once, and then there is none', (t) => {
  const rows = Array.from({ length: 45 }, (_, at) => ({ at, id: `i-${at}` }));
  const seen: string[] = [];
  let query = decode({});
  for (let page = 1; page <= 3; page += 1) {
    const { items, next_cursor } = readPage(rows, query);
    seen.push(...items);
    if (next_cursor === null) break;
    query = decode({ cursor: next_cursor });
  }
  t.deepEqual(
    seen,
    rows.map(({ id }) => id),
  );
});

test('a page that is exactly full is the last one', (t) => {
  const rows = Array.from({ length: 20 }, (_, at) => ({ at, id: `i-${at}` }));
  const page = readPage(rows, decode({}));
  t.deepEqual([page.items.length, page.next_cursor], [20, null]);
});

test('the size of a page is 20 by default and at most 100 (rules 3.24)', (t) => {
  t.is(decode({}).page_size, 20);
  t.is(decode({ page_size: '100' }).page_size, 100);
  for (const page_size of ['0', '101', '1.5', 'many', '', ['1', '2']]) {
    t.true(E.isLeft(Query.decode({ page_size })), String(page_size));
  }
});

test('a cursor that we have not written is refused', (t) => {
  const foreign = Buffer.from('{"at":-1,"id":"x"}').toString('base64url');
  for (const cursor of ['', '!', 'abc', foreign, 'x'.repeat(501)]) {
    t.true(E.isLeft(Query.decode({ cursor })), cursor);
  }
});

test('numbers and booleans in a query are read strictly', (t) => {
  const Whole = queryInteger('Whole', { minimum: -5, maximum: 5 });
  const Latitude = queryDecimal('Latitude', { minimum: -90, maximum: 90 });
  const readWith = (codec: t.Mixed) => (input: unknown) => {
    const decoded = codec.decode(input);
    return E.isRight(decoded) ? decoded.right : null;
  };
  t.deepEqual(['-5', '5', '6', '1e0', '', 5].map(readWith(Whole)), [-5, 5, null, null, null, null]);
  t.deepEqual(['27.7172', '-90', '90.1', 'x'].map(readWith(Latitude)), [27.7172, -90, null, null]);
  t.deepEqual(['true', 'false', '1', ''].map(readWith(QueryBoolean)), [true, false, null, null]);
});
