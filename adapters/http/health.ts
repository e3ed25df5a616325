import * as t from 'io-ts';
import { oneOf } from '../../domain/shared/codecs.js';
import { problem } from '../../ports/http/answer.js';
import { type Route, route } from '../../ports/http/route.js';

/** A part of the system that the service leans on, and how to ask whether it answers. */
export interface HealthCheck {
  readonly name: string;
  /** Rejects, or answers `false`, when the part is not well. Bounded by its own time limits. */
  readonly isWell: () => Promise<boolean>;
}

const PartHealth = t.strict({ name: t.string, status: oneOf('PartStatus', ['up', 'down']) });

export const Health = t.strict(
  { status: oneOf('HealthStatus', ['ok', 'degraded']), parts: t.array(PartHealth) },
  'Health',
);

/**
 * `GET /api/app/health`: always 200 as long as the process answers, so that a database that is away
 * does not make an orchestrator restart every instance; `status` says how well it is.
 */
const overallRoute = (checks: readonly HealthCheck[]): Route =>
  route({
    operation: 'readHealth',
    method: 'GET',
    path: '/api/app/health',
    summary: 'Whether the service and the parts that it leans on answer',
    tag: 'App',
    responses: { 200: Health },
    handler: async (_request, answer) => answer(200, await examineAll(checks)),
  });

/** `GET /api/app/health/live`: the process answers. Nothing else is asked. */
const liveRoute: () => Route = () =>
  route({
    operation: 'readLiveness',
    method: 'GET',
    path: '/api/app/health/live',
    summary: 'Whether this process answers',
    tag: 'App',
    responses: { 200: t.strict({ status: t.literal('ok') }, 'Liveness') },
    handler: async (_request, answer) => answer(200, { status: 'ok' }),
  });

/** `GET /api/app/health/ready`: requests may be sent here; 503 while a part is missing. */
const readyRoute = (checks: readonly HealthCheck[]): Route =>
  route({
    operation: 'readReadiness',
    method: 'GET',
    path: '/api/app/health/ready',
    summary: 'Whether requests may be sent here: every part answers and keeps up',
    tag: 'App',
    responses: { 200: Health },
    problems: ['service_unavailable'],
    handler: async (_request, answer) => {
      const health = await examineAll(checks);
      const missing = health.parts.flatMap(({ name, status }) => (status === 'up' ? [] : [name]));
      return health.status === 'ok'
        ? answer(200, health)
        : problem('service_unavailable', { facts: { missing } });
    },
  });

export const healthRoutes = (checks: readonly HealthCheck[]): readonly Route[] => [
  overallRoute(checks),
  liveRoute(),
  readyRoute(checks),
];

const examineAll = async (checks: readonly HealthCheck[]): Promise<t.TypeOf<typeof Health>> => {
  const parts = await Promise.all(checks.map(examine));
  const isAllUp = parts.every(({ status }) => status === 'up');
  return { status: isAllUp ? 'ok' : 'degraded', parts };
};

const examine = async ({ name, isWell }: HealthCheck): Promise<t.TypeOf<typeof PartHealth>> => {
  // Why a part is down is for the log of that part; the public only learns that it is.
  const isUp = await isWell().catch(() => false);
  return { name, status: isUp ? 'up' : 'down' };
};
