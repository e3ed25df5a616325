/** Delete (soft) and Tombstone (hard): one request, one answer, the same checks. */
import type { handleUnaryCall } from '@grpc/grpc-js';
import type { Caller, Callers } from '../access/callers.js';
import type { EventLog } from '../log/event-log.js';
import type { WriteOutcome } from '../log/types.js';
import { readExpected } from '../wire/expected.js';
import { DeleteResp, type StreamsPb, TombstoneResp } from '../wire/messages.js';
import { readStreamName } from '../wire/stream-name.js';
import {
  accessDenied,
  type CallError,
  invalidArgument,
  streamDeleted,
  unknownError,
  wrongExpectedVersion,
} from './errors.js';

type UnaryArguments<Q, A> = Parameters<handleUnaryCall<Q, A>>;
type Options = StreamsPb.DeleteReq.Options | StreamsPb.TombstoneReq.Options;
type Result =
  | { readonly kind: 'done'; readonly position: number }
  | { readonly kind: 'error'; readonly error: CallError };

/** Makes the handler of Delete. */
export function deleteHandler(
  log: EventLog,
  callers: Callers,
): handleUnaryCall<StreamsPb.DeleteReq, StreamsPb.DeleteResp> {
  const handle = async (
    ...[call, callback]: UnaryArguments<StreamsPb.DeleteReq, StreamsPb.DeleteResp>
  ) => {
    const ending = { kind: 'delete', caller: callers.of(call.metadata) } as const;
    const result = await endStream(log, ending, call.request.getOptions());
    if (result.kind === 'error') callback(result.error);
    else callback(null, deleteResponse(result.position));
  };
  return (...call) => void handle(...call);
}

/** Makes the handler of Tombstone. */
export function tombstoneHandler(
  log: EventLog,
  callers: Callers,
): handleUnaryCall<StreamsPb.TombstoneReq, StreamsPb.TombstoneResp> {
  const handle = async (
    ...[call, callback]: UnaryArguments<StreamsPb.TombstoneReq, StreamsPb.TombstoneResp>
  ) => {
    const ending = { kind: 'tombstone', caller: callers.of(call.metadata) } as const;
    const result = await endStream(log, ending, call.request.getOptions());
    if (result.kind === 'error') callback(result.error);
    else callback(null, tombstoneResponse(result.position));
  };
  return (...call) => void handle(...call);
}

async function endStream(
  log: EventLog,
  { kind, caller }: { readonly kind: 'delete' | 'tombstone'; readonly caller: Caller },
  options: Options | undefined,
): Promise<Result> {
  const streamName = readStreamName(options?.getStreamIdentifier());
  const expected = options && readExpected(options);
  if (streamName === undefined || expected === undefined) {
    return failed(invalidArgument('The stream name or the expected revision is missing.'));
  }
  if (!caller.may('delete', streamName)) return failed(accessDenied());
  const outcome: WriteOutcome = await log.write({ kind, streamName, expected });
  switch (outcome.kind) {
    case 'done':
      return { kind: 'done', position: outcome.position };
    case 'wrong-version':
      return failed(wrongExpectedVersion(streamName, expected, outcome.current));
    case 'stream-deleted':
      return failed(streamDeleted(streamName));
    case 'failed':
      return failed(unknownError(outcome.message));
  }
}

function failed(error: CallError): Result {
  return { kind: 'error', error };
}

function deleteResponse(at: number): StreamsPb.DeleteResp {
  const position = new DeleteResp.Position();
  position.setCommitPosition(String(at));
  position.setPreparePosition(String(at));
  const response = new DeleteResp();
  response.setPosition(position);
  return response;
}

function tombstoneResponse(at: number): StreamsPb.TombstoneResp {
  const position = new TombstoneResp.Position();
  position.setCommitPosition(String(at));
  position.setPreparePosition(String(at));
  const response = new TombstoneResp();
  response.setPosition(position);
  return response;
}
