/** Gossip: who is in the cluster. This node is all of it and its leader, unless it plays along. */
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

/** Where a node is reached. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

export interface ClusterOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Said if a caller does not tell how it reached the node. */
  readonly host: string;
  readonly port: () => number;
  /** Another node that is said to lead; this one then calls itself a follower. */
  readonly leader?: NodeAddress | undefined;
}

export interface ClusterMember {
  /** UUID; stays the same while the node runs. */
  readonly instanceId: string;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly state: 'Leader' | 'Follower';
  readonly address: string;
  readonly port: number;
}

/** This node first. */
export interface ClusterView {
  readonly members: readonly ClusterMember[];
}

/**
 * The cluster as told to a caller, by the `host:port` under which it reached the node. A client
 * connects to the address it is told, so it is told the one it used: an address of the node's own
 * choice may not be reachable from where the client is.
 */
export function clusterFor(options: ClusterOptions): (authority: string) => ClusterView {
  const { clock, leader } = options;
  const instanceId = randomUUID();
  const leaderId = randomUUID();
  return (authority) => {
    const match = AUTHORITY.exec(authority)?.groups;
    const self = {
      instanceId,
      timeMs: clock(),
      address: match?.address ?? options.host,
      port: match?.port === undefined ? options.port() : Number(match.port),
    };
    if (leader === undefined) return { members: [{ ...self, state: 'Leader' }] };
    const other = { ...self, instanceId: leaderId, address: leader.host, port: leader.port };
    return {
      members: [
        { ...self, state: 'Follower' },
        { ...other, state: 'Leader' },
      ],
    };
  };
}

/** Makes the handler of Gossip.Read. */
export function gossipHandler(
  cluster: (authority: string) => ClusterView,
): handleUnaryCall<SharedPb.Empty, GossipPb.ClusterInfo> {
  return (call, callback) => {
    const info = new ClusterInfo();
    info.setMembersList(cluster(call.getHost()).members.map(memberInfo));
    callback(null, info);
  };
}

function memberInfo(member: ClusterMember): GossipPb.MemberInfo {
  const { LEADER, FOLLOWER } = MemberInfo.VNodeState;
  const endPoint = new EndPoint();
  endPoint.setAddress(member.address);
  endPoint.setPort(member.port);
  const info = new MemberInfo();
  info.setInstanceId(writeUuid(member.instanceId, 'string'));
  info.setTimeStamp(ticksText(member.timeMs));
  info.setState(member.state === 'Leader' ? LEADER : FOLLOWER);
  info.setIsAlive(true);
  info.setHttpEndPoint(endPoint);
  return info;
}
