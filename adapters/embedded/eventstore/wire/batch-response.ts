/**
 * The answers of a batch append. A failed append must not end the call, so its error is a status
 * inside the answer, and the client goes by the type of the detail packed into it.
 */
import type { Message } from 'google-protobuf';
import type { Expected, WriteOutcome } from '../log/types.js';
import {
  AccessDenied,
  AllStreamPosition,
  Any,
  BadRequest,
  BatchAppendResp,
  GoogleEmpty,
  MaximumAppendSizeExceeded,
  type SharedPb,
  Status,
  StreamDeleted,
  type StreamsPb,
  Timeout,
  Unknown,
  WrongExpectedVersion,
} from './messages.js';
import { revisionText } from './numbers.js';

const TYPE_PREFIX = 'event_store.client.';

/** Numbers of `google.rpc.Code`. */
const Code = {
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
} as const;

/** What every answer repeats of its request. */
export interface BatchRequestHead {
  readonly correlationId: SharedPb.UUID;
  readonly streamIdentifier: SharedPb.StreamIdentifier;
  readonly expected: Expected;
}

export type BatchResult =
  | WriteOutcome
  | { readonly kind: 'timeout' }
  | { readonly kind: 'access-denied' }
  | { readonly kind: 'too-large'; readonly maxAppendSizeBytes: number }
  | { readonly kind: 'bad-request'; readonly message: string };

/** The one answer to an append. */
export function batchResponse(
  head: BatchRequestHead,
  result: BatchResult,
): StreamsPb.BatchAppendResp {
  const response = new BatchAppendResp();
  response.setCorrelationId(head.correlationId);
  response.setStreamIdentifier(head.streamIdentifier);
  echoExpected(response, head.expected);
  if (result.kind === 'done') response.setSuccess(success(result.revision, result.position));
  else response.setError(errorStatus(head, result));
  return response;
}

function errorStatus(
  head: BatchRequestHead,
  result: Exclude<BatchResult, { kind: 'done' }>,
): InstanceType<typeof Status> {
  switch (result.kind) {
    case 'wrong-version':
      return status(
        Code.ALREADY_EXISTS,
        'WrongExpectedVersion',
        wrongVersion(head, result.current),
      );
    case 'stream-deleted': {
      const detail = new StreamDeleted();
      detail.setStreamIdentifier(head.streamIdentifier);
      return status(Code.NOT_FOUND, 'StreamDeleted', detail);
    }
    case 'timeout':
      return status(Code.DEADLINE_EXCEEDED, 'Timeout', new Timeout());
    case 'access-denied':
      return status(Code.PERMISSION_DENIED, 'AccessDenied', new AccessDenied());
    case 'too-large': {
      const detail = new MaximumAppendSizeExceeded();
      detail.setMaxappendsize(result.maxAppendSizeBytes);
      return status(Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', detail);
    }
    case 'bad-request': {
      const detail = new BadRequest();
      detail.setMessage(result.message);
      return status(Code.INVALID_ARGUMENT, 'BadRequest', detail, result.message);
    }
    case 'failed':
      return status(Code.UNKNOWN, 'Unknown', new Unknown(), result.message);
  }
}

function status(
  code: number,
  name: string,
  detail: Message,
  message = name,
): InstanceType<typeof Status> {
  const details = new Any();
  details.pack(detail.serializeBinary(), TYPE_PREFIX + name);
  const made = new Status();
  made.setCode(code);
  made.setMessage(message);
  made.setDetails(details);
  return made;
}

function success(revision: number, position: number): StreamsPb.BatchAppendResp.Success {
  const made = new BatchAppendResp.Success();
  if (revision < 0) made.setNoStream(new GoogleEmpty());
  else made.setCurrentRevision(revisionText(revision));
  if (position === 0) {
    made.setNoPosition(new GoogleEmpty());
    return made;
  }
  const message = new AllStreamPosition();
  message.setCommitPosition(String(position));
  message.setPreparePosition(String(position));
  made.setPosition(message);
  return made;
}

function wrongVersion(head: BatchRequestHead, current: number): SharedPb.WrongExpectedVersion {
  const wrong = new WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new GoogleEmpty());
  else wrong.setCurrentStreamRevision(revisionText(current));
  const { expected } = head;
  switch (expected.kind) {
    case 'any':
      wrong.setExpectedAny(new GoogleEmpty());
      break;
    case 'no-stream':
      wrong.setExpectedNoStream(new GoogleEmpty());
      break;
    case 'stream-exists':
      wrong.setExpectedStreamExists(new GoogleEmpty());
      break;
    case 'revision':
      wrong.setExpectedStreamPosition(revisionText(expected.revision));
  }
  return wrong;
}

function echoExpected(response: StreamsPb.BatchAppendResp, expected: Expected): void {
  switch (expected.kind) {
    case 'any':
      response.setAny(new GoogleEmpty());
      break;
    case 'no-stream':
      response.setNoStream(new GoogleEmpty());
      break;
    case 'stream-exists':
      response.setStreamExists(new GoogleEmpty());
      break;
    case 'revision':
      response.setStreamPosition(revisionText(expected.revision));
  }
}
