/**
 * The rival of the HTTP measurements: what somebody writes who wants nothing but speed from Koa. A
 * route that appends one event with the bare client, and routes that run a read's SQL and send its
 * rows. Nobody is asked who they are, nothing is validated, no key makes a repetition harmless.
 */

import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import Router from '@koa/router';
import Koa from 'koa';
import rawBody from 'raw-body';

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

const server = new Koa().use(router.routes()).listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});
