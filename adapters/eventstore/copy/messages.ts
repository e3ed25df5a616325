/**
 * The messages that reading and appending bytes as they are takes, from the client's own package.
 *
 * Its generated modules build their exports at run time, so Node sees only a default export; this
 * module gives the classes names again. Types come from `import type` of the same files.
 */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';

export const { StreamsClient } = streamsService;
export const { BatchAppendReq, ReadReq } = streams;
export const { Empty, MaximumAppendSizeExceeded, StreamIdentifier, UUID, WrongExpectedVersion } =
  shared;
export const { Timestamp } = timestamp;
/** `google.protobuf.Empty`, used by batch append only. */
export const GoogleEmpty = empty.Empty;

export type * as SharedPb from '@eventstore/db-client/generated/shared_pb.js';
export type * as StatusPb from '@eventstore/db-client/generated/status_pb.js';
export type * as StreamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
export type * as StreamsPb from '@eventstore/db-client/generated/streams_pb.js';
