/** The lines of the journal, each with the event that it follows from. */

import * as t from 'io-ts';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { CalendarDate } from '../../domain/shared/calendar-date.js';
import { integer, text } from '../../domain/shared/codecs.js';
import { RentalId } from '../../domain/shared/ids.js';
import { csvOf } from '../../ports/http/csv.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../ports/http/paging.js';
import { type Route, route } from '../../ports/http/route.js';
import { type PostingFilter, type PostingRow, postingsWhere } from '../queries/ledger.js';
import { LogPlace, type ReadTools, upToDate } from '../reading.js';
import { allRows, rowsAtOnce, shownRows } from './pages.js';
import { LedgerPosting, postingItem, tag } from './shapes.js';

const Filter = t.exact(
  t.partial({
    event: text('EventId', { minLength: 1, maxLength: 100 }),
    stream: text('StreamName', { minLength: 1, maxLength: 200 }),
    rental: RentalId,
    day: CalendarDate,
  }),
);

const filterOf = ({ event, stream, rental, day }: t.TypeOf<typeof Filter>): PostingFilter => ({
  event: event ?? null,
  stream: stream ?? null,
  rental: rental ?? null,
  day: day ?? null,
});

const LineNumber = integer('LineNumber', { minimum: 0, maximum: 1_000 });
const PostingCursor = cursorOf('PostingCursor', t.strict({ position: LogPlace, line: LineNumber }));

const placeOf = ({ position, line }: PostingRow) => ({
  position: brandOrThrow(LogPlace, position.toString()),
  line,
});

const description = [
  'In the order of the log. The lines of one event have one position, and cancel out for each',
  'asset. `rental` finds what the rental and its payments moved; `day` is a day in Nepal.',
].join(' ');

export const listPostings = (tools: ReadTools): Route =>
  route({
    operation: 'listLedgerPostings',
    method: 'GET',
    path: '/api/audit/postings',
    summary: 'Postings of an event, a stream, a rental or a day',
    description,
    tag,
    minPosition: true,
    query: t.intersection([pageQuery(PostingCursor), Filter]),
    responses: { 200: pageOf('LedgerPostingPage', LedgerPosting) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const { page_size: size, cursor = null } = query;
      const page = { after: cursor, limit: size + 1 };
      const rows = await postingsWhere(tools.database, filterOf(query), page);
      const data = pageFrom(rows, { size, cursor: PostingCursor, placeOf, itemOf: postingItem });
      return answer(200, data, shown);
    },
  });

export const exportPostings = (tools: ReadTools): Route =>
  route({
    operation: 'exportLedgerPostings',
    method: 'GET',
    path: '/api/audit/postings.csv',
    summary: 'The same postings, all of them, as CSV',
    description,
    tag,
    minPosition: true,
    query: Filter,
    responses: { 200: csvOf('postings', LedgerPosting) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const rows = allRows<PostingRow>((last) => {
        const after = last === null ? null : placeOf(last);
        return postingsWhere(tools.database, filterOf(query), { after, limit: rowsAtOnce });
      });
      return answer(200, shownRows(rows, postingItem), shown);
    },
  });
