import * as t from 'io-ts';
import { oneOf } from '../../domain/shared/codecs.js';
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
export const healthRoute = (checks: readonly HealthCheck[]): Route =>
  route({
    operation: 'readHealth',
    method: 'GET',
    path: '/api/app/health',
    summary: 'Whether the service and the parts that it leans on answer',
    tag: 'App',
    responses: { 200: Health },
    handler: async (_request, answer) => {
      const parts = await Promise.all(checks.map(examine));
      const isAllUp = parts.every(({ status }) => status === 'up');
      return answer(200, { status: isAllUp ? 'ok' : 'degraded', parts });
    },
  });

const examine = async ({ name, isWell }: HealthCheck): Promise<t.TypeOf<typeof PartHealth>> => {
  // Why a part is down is for the log of that part; the public only learns that it is.
  const isUp = await isWell().catch(() => false);
  return { name, status: isUp ? 'up' : 'down' };
};
