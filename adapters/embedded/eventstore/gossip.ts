/** Gossip: this node is the whole cluster and its leader. */
import { randomUUID } from 'node:crypto';
import type { handleUnaryCall } from '@grpc/grpc-js';
import {
  ClusterInfo,
  EndPoint,
  type GossipPb,
  MemberInfo,
  type SharedPb,
} from './wire/messages.js';
import { ticksText } from './wire/numbers.js';
import { writeUuid } from './wire/uuid.js';

const AUTHORITY = /^\[?(?<address>[^\]]+?)\]?:(?<port>\d+)$/;

export interface GossipOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Said if a caller does not tell how it reached the node. */
  readonly address: string;
  readonly port: number;
}

/** Makes the handler. The instance id stays the same while the node runs. */
export function gossipHandler(
  options: GossipOptions,
): handleUnaryCall<SharedPb.Empty, GossipPb.ClusterInfo> {
  const instanceId = randomUUID();
  return (call, callback) => {
    const member = new MemberInfo();
    member.setInstanceId(writeUuid(instanceId, 'string'));
    member.setTimeStamp(ticksText(options.clock()));
    member.setState(MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPointFor(call.getHost(), options));
    const cluster = new ClusterInfo();
    cluster.setMembersList([member]);
    callback(null, cluster);
  };
}

/**
 * The client connects to the address it is told, so it is told the one it used: an address of the
 * node's own choice may not be reachable from where the client is.
 */
function endPointFor(authority: string, options: GossipOptions): GossipPb.EndPoint {
  const match = AUTHORITY.exec(authority)?.groups;
  const endPoint = new EndPoint();
  endPoint.setAddress(match?.address ?? options.address);
  endPoint.setPort(match?.port === undefined ? options.port : Number(match.port));
  return endPoint;
}
