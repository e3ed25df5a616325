/** Messages of staff to classes of users, and how far they are. */

import * as t from 'io-ts';
import { BroadcastAudience } from '../domain/broadcast/index.js';
import { NonNegativeInteger, nullable } from '../domain/shared/codecs.js';
import { BroadcastId } from '../domain/shared/ids.js';
import { Instant } from '../domain/shared/instant.js';
import { problem } from '../ports/http/answer.js';
import { pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import { BroadcastStatus, type broadcasts } from '../projections/broadcast.js';
import type { RowOf } from '../projections/engine/table.js';
import { broadcastsNewestFirst, broadcastWithId } from './queries/broadcast.js';
import { type ReadTools, rowOf, rowsOf, TimeCursor, upToDate } from './reading.js';

const tag = 'Staff: broadcasts';
const models = ['broadcast'];

const Item = t.strict(
  {
    id: t.string,
    title: t.string,
    message: t.string,
    target_audience: BroadcastAudience,
    send_email: t.boolean,
    send_push: t.boolean,
    /** The id of whoever of the staff sent it. */
    sent_by: t.string,
    status: BroadcastStatus,
    /** People of the audience when it was accepted; the numbers below count each of them once. */
    expected: NonNegativeInteger,
    /** Handed over to the provider; whether it arrives is told to nobody. */
    accepted: NonNegativeInteger,
    /** Turned away by the provider for good; mostly there is no such mailbox. */
    refused: NonNegativeInteger,
    /** Certainly not sent, and not tried again. */
    failed: NonNegativeInteger,
    /** Sent or not; not tried again. */
    unknown: NonNegativeInteger,
    /** Banned, gone, or no longer of the class. */
    skipped: NonNegativeInteger,
    under_way: NonNegativeInteger,
    /** To be tried again. */
    waiting: NonNegativeInteger,
    accepted_at: Instant,
    ended_at: nullable(Instant),
  },
  'BroadcastItem',
);

const itemOf = (row: RowOf<typeof broadcasts>): t.TypeOf<typeof Item> => {
  const { broadcast_id, audience, channels, position: _, updated_at: __, ...shown } = row;
  return {
    ...shown,
    id: broadcast_id,
    target_audience: audience,
    send_email: channels.includes('email'),
    send_push: channels.includes('push'),
  };
};

const listBroadcasts = (tools: ReadTools): Route =>
  route({
    operation: 'listBroadcasts',
    method: 'GET',
    path: '/api/admin/broadcast',
    summary: 'Messages to classes of users, the latest first',
    tag,
    minPosition: true,
    query: pageQuery(TimeCursor),
    responses: { 200: pageOf('BroadcastPage', Item) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const { page_size: size, cursor } = query;
      const rows = await rowsOf(tools, broadcastsNewestFirst({ limit: size + 1, after: cursor }));
      const page = pageFrom(rows, {
        size,
        cursor: TimeCursor,
        placeOf: (row) => ({ at: row.accepted_at, id: row.broadcast_id }),
        itemOf,
      });
      return answer(200, page, shown);
    },
  });

const readBroadcast = (tools: ReadTools): Route =>
  route({
    operation: 'readBroadcast',
    method: 'GET',
    path: '/api/admin/broadcast/:id',
    summary: 'One message to a class of users, and how far it is',
    tag,
    minPosition: true,
    params: t.strict({ id: BroadcastId }, 'BroadcastPath'),
    responses: { 200: Item },
    problems: ['broadcast_not_found'],
    handler: async ({ params, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const row = await rowOf(tools, broadcastWithId(params.id));
      return row === null ? problem('broadcast_not_found') : answer(200, itemOf(row), shown);
    },
  });

export const broadcastReads = (tools: ReadTools): readonly Route[] => [
  listBroadcasts(tools),
  readBroadcast(tools),
];
