/**
 * What the HTTP path of a command costs: token, Idempotency-Key, codecs, decision and append, and
 * because the caller is of the staff also the record of where they were. Against a route of bare
 * Koa that only appends one event. Creating a package is the cheapest command of the API that has a
 * body to validate and needs no other stream: what is measured is the path, not the domain.
 */

import { BACKWARDS, END, type EventStoreDBClient } from '@eventstore/db-client';
import * as E from 'fp-ts/lib/Either.js';
import { paisa, toRupees } from '../../domain/shared/money.js';
import type { EventStore } from '../../ports/event-store.js';
import { isRecord } from '../../ports/http/json.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { latencyOf, rateOf } from '../load.js';
import type { Measurement, Setting } from '../measurement.js';
import { staff } from '../network.js';
import { mustEqual } from '../sums.js';
import { createHttpClient, type HttpRequest } from './http/client.js';
import { connections, playRounds } from './http/rounds.js';
import { authorizationOf, startApi, startBareKoa, startServers } from './http/servers.js';

/** By its name a package of the benchmark is told from the seeded ones. */
const packageName = 'Bench package';
const durationMinutes = 60;

/** Each package has a price of its own, so that a lost or doubled one shows in the sum. */
const priceOf = (index: number) => paisa(index + 1);

const bodyOf = (index: number): string =>
  JSON.stringify({
    name: packageName,
    description: 'For an hour in town',
    duration_minutes: durationMinutes,
    price: toRupees(priceOf(index)),
    package_type: 'HOURLY',
  });

const jsonHeaders = { 'content-type': 'application/json' };

const requestOf = (
  index: number,
  { path, headers }: Pick<HttpRequest, 'path' | 'headers'>,
): HttpRequest => ({ method: 'POST', path, headers, body: bodyOf(index), status: 201 });

/** Events in the log and the sum of their prices. */
interface Offered {
  count: number;
  minor: number;
}

const add = (offered: Offered, minor: number): void => {
  offered.count += 1;
  offered.minor += minor;
};

const offeredByOurs = async (store: EventStore): Promise<Offered> => {
  const offered: Offered = { count: 0, minor: 0 };
  for await (const recorded of store.readLog(null, { categories: ['package'] })) {
    const decoded = decodeLogged(recorded);
    if (E.isLeft(decoded)) throw new Error(`${recorded.stream}: ${decoded.left.kind}`);
    if (decoded.right.category !== 'package') continue;
    const { event } = decoded.right;
    if (event.type !== 'PackageCreated' || event.data.details.name !== packageName) continue;
    add(offered, event.data.details.price.minor);
  }
  return offered;
};

const offeredByRival = async (client: EventStoreDBClient): Promise<Offered> => {
  const offered: Offered = { count: 0, minor: 0 };
  for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END })) {
    if (event?.type !== 'BarePackageCreated' || !isRecord(event.data)) continue;
    add(offered, Math.round(Number(event.data.price) * 100));
  }
  return offered;
};

const mustBeThere = (whose: string, logged: Offered, asked: Offered): void => {
  mustEqual(`packages of ${whose} in the log`, logged.count, asked.count);
  mustEqual(`paisa of packages of ${whose} in the log`, logged.minor, asked.minor);
};

const measure = async ({ cleanup, isQuick }: Setting) => {
  const servers = await startServers(cleanup);
  const api = createHttpClient(cleanup, await startApi(cleanup, servers), connections);
  const bare = createHttpClient(cleanup, await startBareKoa(cleanup, servers), connections);
  const authorization = await authorizationOf(staff);
  const asked = { ours: { count: 0, minor: 0 }, rival: { count: 0, minor: 0 } };
  const duel = await playRounds({
    isQuick,
    ours: async (index, timed) => {
      const headers = { ...jsonHeaders, authorization, 'idempotency-key': `bench-${index}` };
      const request = requestOf(index, { path: '/api/admin/rental-packages', headers });
      await timed(() => api.send(request));
      add(asked.ours, priceOf(index).minor);
    },
    rival: async (index, timed) => {
      const request = requestOf(index, { path: '/append', headers: jsonHeaders });
      await timed(() => bare.send(request));
      add(asked.rival, priceOf(index).minor);
    },
  });
  mustBeThere('ours', await offeredByOurs(servers.store), asked.ours);
  mustBeThere('the rival', await offeredByRival(servers.node.client), asked.rival);
  return [
    {
      name: 'http_commands_vs_bare_koa',
      ours: rateOf(duel.ours),
      rival: rateOf(duel.rival),
      unit: 'per s',
      latencyMs: latencyOf(duel.ours),
      n: duel.ours.latenciesMs.length,
      about:
        `POST /api/admin/rental-packages, ${connections} in flight, against a route of bare Koa ` +
        'that only appends the body; each in a process of its own, on one event store',
      goals: [{ of: 'ratio', bound: 'at least', value: 0.6 }],
    },
  ] as const;
};

export const httpCommandsVsBareKoa: Measurement = { name: 'http-commands', measure };
