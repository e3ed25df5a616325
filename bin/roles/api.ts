import * as E from 'fp-ts/lib/Either.js';
import { metricsRoute } from '../../adapters/http/metrics-route.js';
import { docsRoutes } from '../../adapters/http/openapi/docs-routes.js';
import { openApiDocument } from '../../adapters/http/openapi/document.js';
import { postgresIdempotencyStore } from '../../adapters/http/postgres-idempotency-store.js';
import { postgresRateLimiter } from '../../adapters/http/rate-limiters.js';
import { createHttpServer } from '../../adapters/http/server.js';
import { setUpRoutes } from '../../adapters/http/set-up-page.js';
import { postgresCabinetSecrets } from '../../adapters/postgres/cabinet-secrets.js';
import { postgresRentalLocations } from '../../adapters/postgres/rental-locations.js';
import { postgresStaffRequests } from '../../adapters/postgres/staff-requests.js';
import { systemRandomness } from '../../adapters/randomness.js';
import type { RentalLimits } from '../../commands/rental/index.js';
import { createStreamWaits, type StreamWaits } from '../../commands/wait.js';
import type { Route } from '../../ports/http/route.js';
import { type Awaited, createPositions, type Positions } from '../../projections/engine/index.js';
import { projections } from '../../projections/index.js';
import { OperatorError } from '../cli/operator-error.js';
import type { Stoppable } from '../cli/stopping.js';
import type { Parts } from '../compose.js';
import { httpSettingsOf } from '../config/http-settings.js';
import { tellMissingChannels } from '../messages.js';
import { createRoutes } from '../routes.js';
import { version } from '../version.js';
import { healthChecksOf } from './health-checks.js';
import { keepHouse } from './housekeeping.js';
import { followLimits } from './live-limits.js';
import { supervise } from './supervise.js';

export interface ApiRole extends Stoppable {
  readonly url: string;
}

const description =
  'Renters, staff and cabinets of a power-bank network. Amounts are decimal text in NPR; every ' +
  'writing answer carries its log position in `X-Position`, and a read that is given it in ' +
  '`X-Min-Position` shows at least that much.';

/**
 * Serves the public API. Any number of instances may run.
 *
 * @param awaited hears what its readers wait for
 * @throws OperatorError when the port cannot be had.
 */
export const startApi = async (parts: Parts, awaited: Awaited): Promise<ApiRole> => {
  const { config, database, clock, log, metrics } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  const waits = createStreamWaits({ store: parts.store, clock, categories: waitedCategories });
  const positions = createPositions({ database, store: parts.store, projections, awaited });
  const liveLimits = await followLimits(parts);
  const routes = routesOf(parts, { waits, positions }, liveLimits.limits);
  const document = openApiDocument(routes, { title: 'PowerBank Ledger', version, description });
  const idempotencyStore = postgresIdempotencyStore(database);
  const server = createHttpServer({
    ...parts,
    routes,
    rawRoutes: [
      ...docsRoutes(document),
      ...setUpRoutes(),
      metricsRoute(metrics, config.metricsToken),
    ],
    idempotencyStore,
    staffRequests: postgresStaffRequests(database),
    gate: parts.accounts.gate,
    rateLimiter: postgresRateLimiter(database, parts),
    fingerprintSecret: parts.secrets.fingerprint,
    settings: httpSettingsOf(config),
  });
  const listening = await server.listen({ host: config.httpHost, port: config.httpPort });
  if (E.isLeft(listening)) throw new OperatorError([listening.left.message]);
  tellMissingChannels(parts.messages, log);
  const background = [
    supervise('waits', () => waits.run(signal), { log, signal }),
    supervise('positions', () => positions.run(signal), { log, signal }),
    supervise('limits', () => liveLimits.run(signal), { log, signal }),
    supervise('session gate', () => parts.accounts.gate.run(signal), { log, signal }),
    supervise('housekeeping', () => keepHouse({ ...parts, idempotencyStore }, signal), {
      log,
      signal,
    }),
  ];
  const { host, port } = listening.right;
  return {
    name: 'the API',
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    stop: async () => {
      await server.close();
      stop.abort();
      await Promise.all(background);
    },
  };
};

/** Streams that a request may wait for; see `waits.find` in `commands/`. */
const waitedCategories = ['rental', 'station', 'cabinet'] as const;

/** What requests wait for: streams on the write side, read models on the other. */
interface Waits {
  readonly waits: StreamWaits;
  readonly positions: Positions;
}

const routesOf = (
  parts: Parts,
  { waits, positions }: Waits,
  limits: RentalLimits,
): readonly Route[] => {
  const { database, clock, log, secrets } = parts;
  return createRoutes({
    ...parts,
    randomness: systemRandomness,
    waits,
    positions,
    limits,
    secrets: postgresCabinetSecrets(database, { key: secrets.cabinetSeal, clock, log }),
    locations: postgresRentalLocations(database),
    staffRequests: postgresStaffRequests(database),
    healthChecks: healthChecksOf(parts),
  });
};
