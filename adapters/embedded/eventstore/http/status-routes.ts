/** What load balancers and people ask a node first: whether it lives, what it is, who is there. */
import { SERVER_VERSION } from '../features.js';
import type { ClusterView } from '../gossip.js';
import type { HttpRequest, HttpRoute } from './routes.js';

/** A node opens its port before its log, and closes it last. */
export type NodeState = 'starting' | 'ready' | 'stopping';

export interface StatusOptions {
  readonly state: () => NodeState;
  readonly cluster: (authority: string) => ClusterView;
  /** Whether callers may have to say who they are. */
  readonly hasUsers: boolean;
}

const LIVE_CODE = /^[2-5]\d{2}$/;
const LIVE_STATUS = 204;
const NOT_READY_STATUS = 503;

/** The rows for health, information and gossip. */
export function statusRoutes(options: StatusOptions): readonly HttpRoute[] {
  const { state, cluster, hasUsers } = options;
  return [
    {
      method: 'GET',
      path: '/health/live',
      access: 'everybody',
      handle: (request) => ({
        status: state() === 'ready' ? liveStatus(request) : NOT_READY_STATUS,
      }),
    },
    {
      method: 'GET',
      path: '/info',
      access: 'everybody',
      handle: ({ authority }) => ({
        status: 200,
        body: {
          esVersion: SERVER_VERSION,
          state: cluster(authority).members[0]?.state.toLowerCase(),
          features: { projections: false, userManagement: false, atomPub: false },
          authentication: { type: hasUsers ? 'basic' : 'insecure', properties: {} },
        },
      }),
    },
    {
      method: 'GET',
      path: '/gossip',
      access: 'everybody',
      handle: ({ authority }) => ({ status: 200, body: gossipBody(cluster(authority)) }),
    },
  ];
}

/** Some load balancers take no status but the one they were told; callers may name theirs. */
function liveStatus({ query }: HttpRequest): number {
  const wanted = query.get('liveCode');
  return wanted !== null && LIVE_CODE.test(wanted) ? Number(wanted) : LIVE_STATUS;
}

function gossipBody({ members }: ClusterView): unknown {
  return {
    members: members.map(({ instanceId, timeMs, state, address, port }) => ({
      instanceId,
      timeStamp: new Date(timeMs).toISOString(),
      state,
      isAlive: true,
      httpEndPointIp: address,
      httpEndPointPort: port,
      isReadOnlyReplica: false,
    })),
    serverIp: members[0]?.address,
    serverPort: members[0]?.port,
  };
}
