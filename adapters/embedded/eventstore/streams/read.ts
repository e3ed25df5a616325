/** The Read method: reads and subscriptions, by what the request asks for. */
import type { handleServerStreamingCall } from '@grpc/grpc-js';
import type { EventLog } from '../log/event-log.js';
import type { StreamsPb } from '../wire/messages.js';
import { type CallError, invalidArgument } from './errors.js';
import { readAll } from './read-all.js';
import { parseReadRequest, type ReadRequest } from './read-request.js';
import { readStream } from './read-stream.js';
import { ResponseWriter } from './response-writer.js';
import { subscribeToAll, subscribeToStream } from './subscribe.js';

/** Makes the handler. `stopping` aborts when the node stops. */
export function readHandler(
  log: EventLog,
  stopping: AbortSignal,
): handleServerStreamingCall<StreamsPb.ReadReq, StreamsPb.ReadResp> {
  return (call) => {
    const writer = new ResponseWriter(call, stopping);
    const request = parseReadRequest(call.request);
    if (request.kind === 'invalid') {
      writer.end(invalidArgument(request.message));
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
