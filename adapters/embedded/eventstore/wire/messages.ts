/**
 * The protobuf messages the node speaks, from the code that the client package generated.
 *
 * The generated modules build their exports at run time, so Node sees only a default export;
 * this module gives the classes names again. Types come from `import type` of the same files.
 */
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';

export const { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } = streams;
export const { DeleteResp, TombstoneResp, ReadReq, ReadResp } = streams;
export const { Empty, StreamIdentifier, UUID, AllStreamPosition } = shared;
export const { AccessDenied, BadRequest, MaximumAppendSizeExceeded, StreamDeleted } = shared;
export const { Timeout, Unknown, WrongExpectedVersion } = shared;
export const { CreateResp, UpdateResp, GetInfoResp, ListResp } = persistent;
export const { ReplayParkedResp, SubscriptionInfo } = persistent;
/** The service of persistent subscriptions uses some names of the streams service again. */
export const { ReadReq: GroupReadReq, ReadResp: GroupReadResp } = persistent;
export const GroupDeleteResp = persistent.DeleteResp;
export const { SupportedMethod, SupportedMethods } = features;
export const { ClusterInfo, EndPoint, MemberInfo } = gossip;
export const { Status } = status;
/** `google.protobuf.Any` and `google.protobuf.Empty`, the latter used by batch append only. */
export const { Any } = anyPb;
export const GoogleEmpty = emptyPb.Empty;

export type * as GossipPb from '@eventstore/db-client/generated/gossip_pb.js';
export type * as PersistentPb from '@eventstore/db-client/generated/persistent_pb.js';
export type * as FeaturesPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
export type * as SharedPb from '@eventstore/db-client/generated/shared_pb.js';
export type * as StatusPb from '@eventstore/db-client/generated/status_pb.js';
export type * as StreamsPb from '@eventstore/db-client/generated/streams_pb.js';
