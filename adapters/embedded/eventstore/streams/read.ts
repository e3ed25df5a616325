/** The Read method: reads and subscriptions, by what the request asks for. */
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import type { Callers } from '../access/callers.js';
import { EVERYTHING } from '../access/stream-access.js';
import type { EventLog } from '../log/event-log.js';
import type { StreamsPb } from '../wire/messages.js';
import { accessDenied, type CallError, invalidArgument } from './errors.js';
import { readAll } from './read-all.js';
import { parseReadRequest, type ReadRequest } from './read-request.js';
import { readStream } from './read-stream.js';
import { ResponseWriter } from './response-writer.js';
import { subscribeToAll, subscribeToStream } from './subscribe.js';

export interface ReadOptions {
  readonly callers: Callers;
  /** Aborts when the node stops. */
  readonly stopping: AbortSignal;
}

/** Makes the handler. */
export function readHandler(
  log: EventLog,
  { callers, stopping }: ReadOptions,
): handleServerStreamingCall<StreamsPb.ReadReq, Buffer> {
  return (call) => {
    const writer = new ResponseWriter(call, stopping);
    const request = parseReadRequest(call.request, callers.of(call.metadata));
    if (request.kind === 'invalid') {
      writer.end(invalidArgument(request.message));
      return;
    }
    const streamName = 'streamName' in request ? request.streamName : EVERYTHING;
    if (!request.caller.may('read', streamName)) {
      writer.end(accessDenied());
      return;
    }
    serve(log, request, writer).then(
      (error) => writer.end(error),
      (error: unknown) => {
        log.reportFailure(error);
        writer.fail(error);
      },
    );
  };
}

function serve(
  log: EventLog,
  request: ReadRequest,
  writer: ResponseWriter,
): Promise<CallError | undefined> {
  switch (request.kind) {
    case 'stream':
      return readStream(log, request, writer);
    case 'all':
      return readAll(log, request, writer);
    case 'stream-subscription':
      return subscribeToStream(log, request, writer);
    case 'all-subscription':
      return subscribeToAll(log, request, writer);
  }
}
