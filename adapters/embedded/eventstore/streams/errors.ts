/**
 * Error statuses. The client goes by the `exception` trailer and reads the trailers that belong
 * to it without checking, so each is made here, complete, and nowhere else.
 */
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Expected } from '../log/types.js';
import { revisionText } from '../wire/numbers.js';

const NOT_TRAILER_TEXT = /[^\x20-\x7e]/gu;

/** A call that ends with an error: thrown nowhere, handed to the call as its status. */
export type CallError = StatusObject;

export function invalidArgument(message: string): CallError {
  return callError(status.INVALID_ARGUMENT, message, {});
}

export function unknownError(message: string): CallError {
  return callError(status.UNKNOWN, message, {});
}

/** Makes the client reconnect and try again. */
export function unavailable(): CallError {
  return callError(status.UNAVAILABLE, 'The node is shutting down.', {});
}

export function streamDeleted(streamName: string): CallError {
  return callError(status.FAILED_PRECONDITION, `Event stream '${streamName}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': streamName,
  });
}

/** Of delete and tombstone; appends answer a wrong version in their response. */
export function wrongExpectedVersion(
  streamName: string,
  expected: Expected,
  current: number,
): CallError {
  const expectedText = expectedVersionText(expected);
  const message =
    `Operation failed due to WrongExpectedVersion. Stream: ${streamName}, ` +
    `Expected version: ${expectedText}, Actual version: ${current}`;
  return callError(status.FAILED_PRECONDITION, message, {
    exception: 'wrong-expected-version',
    'stream-name': streamName,
    'expected-version': expectedText,
    'actual-version': String(current),
  });
}

export function appendTooLarge(maxAppendSizeBytes: number): CallError {
  return callError(
    status.INVALID_ARGUMENT,
    `Maximum Append Size of ${maxAppendSizeBytes} Exceeded.`,
    {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(maxAppendSizeBytes),
    },
  );
}

export function missingMetadataProperty(property: string): CallError {
  return callError(status.INVALID_ARGUMENT, `Required Metadata Property '${property}' missing.`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': property,
  });
}

export function accessDenied(): CallError {
  return callError(status.PERMISSION_DENIED, 'Access Denied.', { exception: 'access-denied' });
}

/** The client makes the same error of it as of denied access. */
export function wrongCredentials(): CallError {
  return callError(status.UNAUTHENTICATED, 'The credentials are wrong.', {});
}

export function tooManyAttempts(): CallError {
  const details = 'There were too many wrong passwords; try again later.';
  return callError(status.UNAUTHENTICATED, details, {});
}

/** Makes the client connect to the node that leads. */
export function notLeader(leader: { readonly host: string; readonly port: number }): CallError {
  return callError(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });
}

/** A persistent subscription group, as errors name it. */
export interface GroupNames {
  /** `$all` for a group on everything. */
  readonly streamName: string;
  /** Empty if no group in particular is meant. */
  readonly groupName: string;
}

export function groupExists(names: GroupNames): CallError {
  const message = `${groupText(names)} exists.`;
  return groupError(status.ALREADY_EXISTS, 'persistent-subscription-exists', { names, message });
}

export function groupMissing(names: GroupNames): CallError {
  const message = `${groupText(names)} does not exist.`;
  const exception = 'persistent-subscription-does-not-exist';
  return groupError(status.NOT_FOUND, exception, { names, message });
}

export function groupFailed(names: GroupNames, reason: string): CallError {
  const message = `${groupText(names)} failed: '${reason}'`;
  const exception = 'persistent-subscription-failed';
  return groupError(status.INTERNAL, exception, { names, message, reason });
}

/** Ends the calls of consumers whose group was changed or deleted. */
export function groupDropped(names: GroupNames): CallError {
  const message = `${groupText(names)} was dropped.`;
  return groupError(status.CANCELLED, 'persistent-subscription-dropped', { names, message });
}

export function tooManySubscribers(names: GroupNames): CallError {
  const message = `Maximum subscriptions reached for ${groupText(names)}.`;
  const exception = 'maximum-subscribers-reached';
  return groupError(status.FAILED_PRECONDITION, exception, { names, message });
}

function groupText({ streamName, groupName }: GroupNames): string {
  return `Subscription group ${groupName} on stream ${streamName}`;
}

function groupError(
  code: status,
  exception: string,
  what: { readonly names: GroupNames; readonly message: string; readonly reason?: string },
): CallError {
  const { names, message, reason } = what;
  return callError(code, message, {
    exception,
    'stream-name': names.streamName,
    'group-name': names.groupName,
    ...(reason !== undefined && { reason }),
  });
}

function callError(
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>>,
): CallError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, trailerText(value));
  return { code, details, metadata };
}

/** Trailers are ASCII, and the library drops the whole status if one is not. */
function trailerText(value: string): string {
  return value.replace(NOT_TRAILER_TEXT, encodeURIComponent);
}

function expectedVersionText(expected: Expected): string {
  switch (expected.kind) {
    case 'no-stream':
      return '-1';
    case 'any':
      return '-2';
    case 'stream-exists':
      return '-4';
    case 'revision':
      return revisionText(expected.revision);
  }
}
