/**
 * What a read costs beside its SQL: token, limits, codecs on the way in and out, headers. Against
 * routes of bare Koa that run the same statements on a pool of the same size and send the rows.
 */

import * as t from 'io-ts';
import { paisa, toRupees } from '../../domain/shared/money.js';
import type { Database } from '../../ports/database.js';
import type { IdentifiedPrincipal } from '../../ports/http/principal.js';
import { latencyOf, rateOf } from '../load.js';
import type { Measurement, Row, Setting } from '../measurement.js';
import { mustEqual } from '../sums.js';
import { createHttpClient, type HttpClient } from './http/client.js';
import { balanceOf, fillReadModels, region, userIdOf, usersCount } from './http/read-rows.js';
import { connections, playRounds } from './http/rounds.js';
import {
  authorizationOf,
  projectOnce,
  startApi,
  startBareKoa,
  startServers,
} from './http/servers.js';

/** Every answer of ours of this kind is compared, while they are measured or not. */
const checkedAnswers = 50;

interface Desk {
  readonly api: HttpClient;
  readonly bare: HttpClient;
  readonly database: Database;
  /** Header of each user. */
  readonly authorizations: readonly string[];
}

interface Read {
  readonly name: string;
  readonly path: (index: number) => string;
  readonly barePath: (index: number) => string;
  /** What must be in the answer, as SQL says it, and what is in it. */
  readonly check: (index: number, answer: unknown, database: Database) => Promise<void>;
}

const placeOf = (index: number) => {
  // Steps that never fall into a pattern; five kilometres from the edge, so that all is around.
  const along = (index * 0.618_033_988_7) % 1;
  const across = (index * 0.754_877_666_2) % 1;
  const margin = 60_000;
  const between = (from: number, to: number, part: number): number =>
    (from + margin + part * (to - from - 2 * margin)) / 1_000_000;
  const lat = between(region.south, region.north, along).toFixed(6);
  const lng = between(region.west, region.east, across).toFixed(6);
  return { lat, lng };
};

const WalletAnswer = t.type({ data: t.type({ balance: t.string, spendable: t.string }) });
const RentalAnswer = t.type({ data: t.type({ rental: t.type({ rental_id: t.string }) }) });
const NearbyAnswer = t.type({
  data: t.type({
    items: t.array(
      t.type({ serial_number: t.string, free_slots: t.number, rentable_power_banks: t.number }),
    ),
  }),
});

const decoded = <A>(codec: t.Type<A, unknown, unknown>, answer: unknown): A => {
  if (codec.is(answer)) return answer;
  throw new Error(`not the answer that was expected: ${JSON.stringify(answer)}`);
};

const nearbySql = `
  SELECT station, (SELECT count(*) FROM station.slots s
      WHERE s.station = m.station AND status = 'AVAILABLE')::int AS free,
    (SELECT count(*) FROM station.slots s
      WHERE s.station = m.station AND is_rentable AND battery_percent >= 20)::int AS rentable
  FROM (SELECT station, 2 * 6371 * asin(sqrt(
      sin(radians(latitude_microdegrees / 1e6 - $1::float8) / 2) ^ 2
      + cos(radians($1::float8)) * cos(radians(latitude_microdegrees / 1e6))
        * sin(radians(longitude_microdegrees / 1e6 - $2::float8) / 2) ^ 2)) AS km
    FROM station.stations) m
  WHERE km <= 5 ORDER BY km, station LIMIT 100`;

const reads: readonly Read[] = [
  {
    name: 'wallet',
    path: () => '/api/payments/wallet/balance',
    barePath: (index) => `/wallet/${userIdOf(index)}`,
    check: async (index, answer) => {
      const { balance, spendable } = decoded(WalletAnswer, answer).data;
      const expected = toRupees(paisa(balanceOf(index)));
      mustEqual(`balance of ${userIdOf(index)}`, balance, expected);
      mustEqual(`what ${userIdOf(index)} can spend`, spendable, expected);
    },
  },
  {
    name: 'active_rental',
    path: () => '/api/rentals/active',
    barePath: (index) => `/active-rental/${userIdOf(index)}`,
    check: async (index, answer) => {
      const { rental_id } = decoded(RentalAnswer, answer).data.rental;
      mustEqual(`rental of ${userIdOf(index)}`, rental_id, `bench-rental-${index % usersCount}`);
    },
  },
  {
    name: 'nearby_stations',
    path: (index) => `/api/stations/nearby?${new URLSearchParams(placeOf(index)).toString()}`,
    barePath: (index) => `/nearby?${new URLSearchParams(placeOf(index)).toString()}`,
    check: async (index, answer, database) => {
      const { lat, lng } = placeOf(index);
      const shown = decoded(NearbyAnswer, answer).data.items.map(
        (item) => `${item.serial_number} ${item.free_slots} ${item.rentable_power_banks}`,
      );
      const rows = await database.query(nearbySql, [lat, lng]);
      const expected = rows.map(
        ({ station, free, rentable }) => `${String(station)} ${String(free)} ${String(rentable)}`,
      );
      mustEqual(`stations near ${lat}, ${lng}`, shown.join('\n'), expected.join('\n'));
    },
  },
];

const callerOf = (index: number): IdentifiedPrincipal => ({
  kind: 'user',
  id: userIdOf(index),
  roles: ['user'],
  sessionId: null,
});

const measureRead = async (
  { api, bare, database, authorizations }: Desk,
  read: Read,
  isQuick: boolean,
): Promise<Row> => {
  const ask = (index: number): Promise<string> => {
    const authorization = authorizations[index % usersCount] ?? '';
    return api.send({
      method: 'GET',
      path: read.path(index),
      headers: { authorization },
      status: 200,
    });
  };
  const duel = await playRounds({
    isQuick,
    ours: async (index, timed) => void (await timed(() => ask(index))),
    rival: async (index, timed) => {
      const path = read.barePath(index);
      await timed(() => bare.send({ method: 'GET', path, headers: {}, status: 200 }));
    },
  });
  for (let index = 0; index < checkedAnswers; index += 1) {
    await read.check(index, JSON.parse(await ask(index)), database);
  }
  const rivals = latencyOf(duel.rival);
  return {
    name: `read_api_vs_bare_koa/${read.name}`,
    ours: rateOf(duel.ours),
    rival: rateOf(duel.rival),
    unit: 'per s',
    latencyMs: latencyOf(duel.ours),
    n: duel.ours.latenciesMs.length,
    about:
      `GET ${read.path(0).replace(/\?.*/, '')}, ${connections} connections, against a route of ` +
      `bare Koa that runs the same SQL (p99 of the rival ${rivals.p99.toFixed(1)} ms)`,
    goals: [{ of: 'ratio', bound: 'at least', value: 0.85 }],
  };
};

const measure = async ({ cleanup, isQuick, say }: Setting): Promise<readonly Row[]> => {
  const servers = await startServers(cleanup);
  await projectOnce(cleanup, servers);
  await fillReadModels(servers.database);
  say('10,000 stations are there');
  const desk: Desk = {
    api: createHttpClient(cleanup, await startApi(cleanup, servers), connections),
    bare: createHttpClient(cleanup, await startBareKoa(cleanup, servers), connections),
    database: servers.database,
    authorizations: await Promise.all(
      Array.from({ length: usersCount }, (_, index) => authorizationOf(callerOf(index))),
    ),
  };
  const rows: Row[] = [];
  for (const read of reads) rows.push(await measureRead(desk, read, isQuick));
  return rows;
};

export const readApiVsBareKoa: Measurement = { name: 'read-api', measure };
