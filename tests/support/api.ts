import type { ExecutionContext } from 'ava';
import { none, some } from 'fp-ts/lib/Option.js';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { postgresRateLimiter } from '../../adapters/http/rate-limiters.js';
import { openPostgres } from '../../adapters/postgres/index.js';
import { postgresRentalLocations } from '../../adapters/postgres/rental-locations.js';
import { postgresStaffRequests } from '../../adapters/postgres/staff-requests.js';
import { createRoutes } from '../../bin/routes.js';
import { seedLateFees } from '../../bin/seed/late-fees.js';
import { seedPackages } from '../../bin/seed/packages.js';
import { createStreamWaits } from '../../commands/wait.js';
import { lateFeeCatalogueId } from '../../domain/late-fee/index.js';
import type { PackageDetails } from '../../domain/rental-package/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { PackageId } from '../../domain/shared/ids.js';
import { type Instant, plusMinutes } from '../../domain/shared/instant.js';
import { registrationByOperator } from '../../domain/user/index.js';
import type { CabinetSecrets } from '../../ports/cabinet-secrets.js';
import type { Sql } from '../../ports/database.js';
import type { Route } from '../../ports/http/route.js';
import { createAudiences } from '../../projections/audience.js';
import { createProjectionEngine, engineLimits } from '../../projections/engine/index.js';
import { projections } from '../../projections/index.js';
import { openAccountTools } from './account-tools.js';
import { type House, houseOf, openParts, startInstance } from './house.js';
import { startServer } from './http-server.js';
import { noMetrics } from './no-metrics.js';
import { type Caller, type OpenApiClient, openApiClient, userNamed } from './openapi-client.js';
import { furnish, type Scene } from './renting.js';

/** The whole API over HTTP on real parts, with one furnished station and one user. */
export interface Api extends OpenApiClient {
  readonly house: House;
  readonly scene: Scene;
  readonly user: Caller;
  /** For tables that no operation shows. */
  readonly database: Sql;
  readonly secrets: ReadonlyMap<string, string>;
  readonly routes: readonly Route[];
  /** The same program on a second instance that knows no Idempotency-Key of the first. */
  readonly elsewhere: OpenApiClient;
  /** A day after the house was opened. */
  readonly later: Instant;
}

interface ApiOptions {
  readonly wallet?: string;
  readonly points?: number;
  readonly rentalStartsPerMinuteMax?: number;
  readonly rentalSwapsPerMinuteMax?: number;
}

/** Packages and late fees as every new network has them. */
const stock = async ({ handlers, clock, done }: House): Promise<void> => {
  const at = clock.now();
  for (const { packageId, details } of seedPackages) {
    await done(handlers.rentalPackage, packageId, {
      type: 'CreatePackage',
      packageId,
      details,
      at,
    });
  }
  for (const { configId, config, isActive } of seedLateFees) {
    const { lateFee } = handlers;
    const wish = { type: 'CreateLateFeeConfig', configId, config, at } as const;
    await done(lateFee, lateFeeCatalogueId, wish);
    if (!isActive) continue;
    const activation = { configId, deactivateOthers: false, at };
    await done(lateFee, lateFeeCatalogueId, { type: 'ActivateLateFeeConfig', ...activation });
  }
};

/** A package beside the seeded ones. */
export const offerPackage = async (
  { handlers, clock, done }: House,
  id: string,
  change: Partial<PackageDetails>,
): Promise<void> => {
  const [seed] = seedPackages;
  if (seed === undefined) throw new Error('no package is seeded');
  const packageId = brandOrThrow(PackageId, id);
  const details = { ...seed.details, ...change };
  const wish = { type: 'CreatePackage', packageId, details, at: clock.now() } as const;
  await done(handlers.rentalPackage, packageId, wish);
};

const memorySecrets = (): { readonly port: CabinetSecrets; readonly kept: Map<string, string> } => {
  const kept = new Map<string, string>();
  const put: CabinetSecrets['put'] = async (secretId, secret) => {
    kept.set(secretId, secret);
  };
  const take: CabinetSecrets['take'] = async (secretId) => {
    const secret = kept.get(secretId);
    kept.delete(secretId);
    return secret === undefined ? none : some(secret);
  };
  return { port: { put, take }, kept };
};

/** Opens everything. Use `test.serial`: one house at a time in a process. */
export const openApi = async (
  t: ExecutionContext<unknown>,
  options: ApiOptions = {},
): Promise<Api> => {
  const parts = await openParts(t);
  const store = connectEventStore(parts.place, parts.log);
  const instance = startInstance(parts, store);
  const house = houseOf(parts, store, instance);
  const { handlers, clock, log } = house;
  const stop = new AbortController();
  const waits = createStreamWaits({ store, clock, categories: ['rental', 'station', 'cabinet'] });
  const waiting = waits.run(stop.signal);
  const { port: secrets, kept } = memorySecrets();
  const { rentalStartsPerMinuteMax = 1_000, rentalSwapsPerMinuteMax = 1_000 } = options;
  const limits = { rentalStartsPerMinuteMax, rentalSwapsPerMinuteMax };
  const database = openPostgres({ url: parts.databaseUrl, applicationName: 'api', log });
  const engine = createProjectionEngine(
    { database, store, clock, log, metrics: noMetrics, limits: engineLimits },
    projections,
  );
  const projecting = engine.run(stop.signal);
  const { positions } = engine;
  const accountTools = await openAccountTools(t, { database, clock, log });
  const tools = { ...accountTools, handlers, waits, store, log, database, positions };
  const locations = postgresRentalLocations(database);
  const staffRequests = postgresStaffRequests(database);
  const audiences = createAudiences({ database, store });
  const places = { locations, staffRequests, audiences };
  const routes = createRoutes({ ...tools, ...places, secrets, limits, healthChecks: [] });
  t.teardown(async () => {
    stop.abort();
    await Promise.all([waiting, projecting]);
    await database.close();
    await instance.stop();
    await store.close();
  });
  // Counted in the database by each instance for itself, as in production.
  const limiter = () => postgresRateLimiter(database, { log, metrics: noMetrics });
  const server = await startServer(t, { routes, clock, rateLimiter: limiter() });
  const { wallet = '100', points = 200 } = options;
  const scene = await furnish(house, { wallet, points });
  const at = clock.now();
  await house.done(handlers.user, scene.userId, registrationByOperator(scene.userId, at));
  await stock(house);
  await house.settled();
  const client = openApiClient(server, routes);
  const other = await startServer(t, { routes, clock, rateLimiter: limiter() });
  const elsewhere = openApiClient(other, routes);
  const user = userNamed(scene.userId);
  return {
    ...client,
    elsewhere,
    house,
    scene,
    user,
    database,
    secrets: kept,
    routes,
    later: plusMinutes(at, 1_440),
  };
};
