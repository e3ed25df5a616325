/**
 * Scavenging by HTTP, as the original has it: start, look, stop. What goes beyond its answers are
 * the numbers of `progressOf`; callers that know the original pass over them.
 */
import type { Scavenger, ScavengeStatus } from '../scavenge/scavenger.js';
import type { HttpAnswer, HttpRequest, HttpRoute } from './routes.js';

const CURRENT = 'current';

/** The rows for a node's scavenger. */
export function scavengeRoutes(scavenger: Scavenger): readonly HttpRoute[] {
  const path = '/admin/scavenge';
  const access = 'operators';
  return [
    { method: 'POST', path, access, handle: () => start(scavenger) },
    {
      method: 'GET',
      path: `${path}/${CURRENT}`,
      access,
      handle: () => ({ status: 200, body: linked(scavenger.current) }),
    },
    {
      method: 'GET',
      path: `${path}/last`,
      access,
      handle: () => {
        const { last } = scavenger;
        return {
          status: 200,
          body: { ...linked(last), scavengeResult: last?.result ?? 'Unknown' },
        };
      },
    },
    {
      method: 'DELETE',
      path: `${path}/:scavengeId`,
      access,
      handle: (request) => stop(scavenger, request),
    },
  ];
}

function start(scavenger: Scavenger): HttpAnswer {
  const scavengeId = scavenger.start();
  return scavengeId === undefined
    ? { status: 400, body: { error: 'scavenge-in-progress' } }
    : { status: 200, body: { scavengeId } };
}

async function stop(scavenger: Scavenger, { parameters }: HttpRequest): Promise<HttpAnswer> {
  const { scavengeId } = parameters;
  const isMeant = scavengeId === CURRENT || scavengeId === scavenger.current?.id;
  const stopped = isMeant ? await scavenger.stop() : undefined;
  return stopped === undefined
    ? { status: 404, body: { error: 'scavenge-not-found' } }
    : { status: 200, body: stopped };
}

function linked(status: ScavengeStatus | undefined): Record<string, unknown> {
  if (status === undefined) return {};
  const { id } = status;
  return { scavengeId: id, scavengeLink: `/admin/scavenge/${id}`, ...progressOf(status) };
}

function progressOf(status: ScavengeStatus): Record<string, number> {
  const { streamsLookedAt, streamsTotal, eventsReclaimed, bytesReclaimed, seconds } = status;
  return { streamsLookedAt, streamsTotal, eventsReclaimed, bytesReclaimed, seconds };
}
