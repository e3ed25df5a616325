/**
 * The rival of the HTTP measurements: what somebody writes who wants nothing but speed from Koa. A
 * route that appends one event with the bare client, and routes that run a read's SQL and send its
 * rows. Nobody is asked who they are, nothing is validated, no key makes a repetition harmless.
 */

import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import Router from '@koa/router';
import Koa from 'koa';
import pg from 'pg';
import rawBody from 'raw-body';
import { accountOf, openRentalOf, stationsIn, walletOf } from '../../projections/hot-reads.js';
import { boxAround } from '../../read-api/distance.js';
import { slotCountsStatement } from '../../read-api/queries/station.js';

/** What the API takes when nothing else is asked for. */
const radiusKm = 5;
/** As a new network has it. */
const minBatteryPercent = 20;

interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 20 });
const client = EventStoreDBClient.connectionString(process.env.EVENT_STORE_URL ?? '');
const router = new Router();

router.post('/append', async (ctx) => {
  const data = JSON.parse(await rawBody(ctx.req, { encoding: 'utf8' }));
  const id = randomUUID();
  const event = jsonEvent({ type: 'BarePackageCreated', data: { id, ...data } });
  const { nextExpectedRevision } = await client.appendToStream(`bare-${id}`, event, {
    expectedRevision: NO_STREAM,
  });
  ctx.status = 201;
  ctx.body = { id, revision: nextExpectedRevision.toString() };
});

const run = async <Row extends pg.QueryResultRow>({ text, values }: Sql): Promise<Row[]> =>
  (await pool.query<Row>(text, [...values])).rows;

router.get('/wallet/:user', async (ctx) => {
  const [wallet, points] = await Promise.all([
    run(walletOf(ctx.params.user ?? '')),
    run(accountOf(ctx.params.user ?? '')),
  ]);
  ctx.body = { wallet: wallet[0], points: points[0] };
});

router.get('/active-rental/:user', async (ctx) => {
  ctx.body = (await run(openRentalOf(ctx.params.user ?? '')))[0];
});

const microdegrees = (degrees: unknown): number => Math.round(Number(degrees) * 1_000_000);

router.get('/nearby', async (ctx) => {
  const place = {
    latitude: microdegrees(ctx.query.lat),
    longitude: microdegrees(ctx.query.lng),
  };
  const stations = await run<{ station: string }>(stationsIn(boxAround(place, radiusKm)));
  const serials = stations.map(({ station }) => station);
  const counts = await run(slotCountsStatement(serials, minBatteryPercent));
  ctx.body = { stations, counts };
});

const server = new Koa().use(router.routes()).listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});
