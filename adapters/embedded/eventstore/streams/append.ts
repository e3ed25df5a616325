/**
 * The classic Append method: options first, then one message per event, then one answer. The
 * client uses it when the caller passes credentials, or if batch append is not offered.
 */
import type { handleClientStreamingCall, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import type { Caller, Callers } from '../access/callers.js';
import { APPEND_EVENTS_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import type { Expected, ProposedEvent, WriteOutcome } from '../log/types.js';
import { readExpected } from '../wire/expected.js';
import { AppendResp, Empty, type StreamsPb } from '../wire/messages.js';
import { revisionText } from '../wire/numbers.js';
import { appendSizeBytes, readProposedEvent } from '../wire/proposed-event.js';
import { readStreamName } from '../wire/stream-name.js';
import {
  accessDenied,
  appendTooLarge,
  type CallError,
  invalidArgument,
  missingMetadataProperty,
  streamDeleted,
  unknownError,
} from './errors.js';

type AppendCall = ServerReadableStream<StreamsPb.AppendReq, StreamsPb.AppendResp>;

export interface AppendOptions {
  readonly maxAppendSizeBytes: number;
  readonly callers: Callers;
}

/** Makes the handler. */
export function appendHandler(
  log: EventLog,
  { maxAppendSizeBytes, callers }: AppendOptions,
): handleClientStreamingCall<StreamsPb.AppendReq, StreamsPb.AppendResp> {
  return (call, callback) => {
    const caller = callers.of(call.metadata);
    new AppendSession(log, { maxAppendSizeBytes, caller }, callback).start(call);
  };
}

/** One call: collects events until the caller ends its side, then writes them. */
class AppendSession {
  private target: { readonly streamName: string; readonly expected: Expected } | undefined;
  private readonly events: ProposedEvent[] = [];
  private bytes = 0;
  private answered = false;

  constructor(
    private readonly log: EventLog,
    private readonly options: { readonly maxAppendSizeBytes: number; readonly caller: Caller },
    private readonly callback: sendUnaryData<StreamsPb.AppendResp>,
  ) {}

  start(call: AppendCall): void {
    call.on('data', (message: StreamsPb.AppendReq) => this.receive(message));
    // The end of a call that was reset looks like the end of one that is complete; that it is
    // cancelled shows a moment later.
    call.on('end', () => {
      setImmediate(() => {
        if (!this.answered && !call.cancelled) void this.finish();
      });
    });
    // A caller that cancels gets no answer, and nothing of its append is written.
    call.on('cancelled', () => {
      this.answered = true;
    });
  }

  private receive(message: StreamsPb.AppendReq): void {
    if (this.answered) return;
    const options = message.getOptions();
    const proposed = message.getProposedMessage();
    if (options !== undefined) this.receiveOptions(options);
    else if (proposed !== undefined) this.receiveEvent(proposed);
    else this.refuse(invalidArgument('The message holds neither options nor an event.'));
  }

  private receiveOptions(options: StreamsPb.AppendReq.Options): void {
    if (this.target !== undefined) {
      this.refuse(invalidArgument('Options may be sent once only.'));
      return;
    }
    const streamName = readStreamName(options.getStreamIdentifier());
    const expected = readExpected(options);
    if (streamName === undefined || expected === undefined) {
      this.refuse(invalidArgument('The stream name or the expected revision is missing.'));
      return;
    }
    if (!this.options.caller.may('write', streamName)) {
      this.refuse(accessDenied());
      return;
    }
    this.target = { streamName, expected };
  }

  private receiveEvent(message: StreamsPb.AppendReq.ProposedMessage): void {
    if (this.target === undefined) {
      this.refuse(invalidArgument('Events may be sent after the options only.'));
      return;
    }
    const { maxAppendSizeBytes } = this.options;
    const result = readProposedEvent(message);
    switch (result.kind) {
      case 'missing-property':
        this.refuse(missingMetadataProperty(result.property));
        return;
      case 'invalid-id':
        this.refuse(invalidArgument('An event id is no UUID.'));
        return;
      case 'event':
        this.bytes += appendSizeBytes(result.event);
        this.events.push(result.event);
        // At once, so that the caller need not send the rest.
        if (this.bytes > maxAppendSizeBytes || this.events.length > APPEND_EVENTS_MAX) {
          this.refuse(appendTooLarge(maxAppendSizeBytes));
        }
    }
  }

  private async finish(): Promise<void> {
    if (this.target === undefined) {
      this.refuse(invalidArgument('The call ended before its options came.'));
      return;
    }
    const { streamName, expected } = this.target;
    const { events } = this;
    const outcome = await this.log.write({ kind: 'append', streamName, expected, events });
    if (this.answered) return;
    this.answer(outcome, { streamName, expected });
  }

  private answer(
    outcome: WriteOutcome,
    target: { readonly streamName: string; readonly expected: Expected },
  ): void {
    switch (outcome.kind) {
      case 'done':
        this.callback(null, successResponse(outcome.revision, outcome.position));
        return;
      case 'wrong-version':
        this.callback(null, wrongVersionResponse(target.expected, outcome.current));
        return;
      case 'stream-deleted':
        this.refuse(streamDeleted(target.streamName));
        return;
      case 'failed':
        this.refuse(unknownError(outcome.message));
    }
  }

  private refuse(error: CallError): void {
    this.answered = true;
    this.events.length = 0;
    this.callback(error);
  }
}

function successResponse(revision: number, position: number): StreamsPb.AppendResp {
  const success = new AppendResp.Success();
  if (revision < 0) success.setNoStream(new Empty());
  else success.setCurrentRevision(revisionText(revision));
  if (position === 0) {
    success.setNoPosition(new Empty());
  } else {
    const message = new AppendResp.Position();
    message.setCommitPosition(String(position));
    message.setPreparePosition(String(position));
    success.setPosition(message);
  }
  const response = new AppendResp();
  response.setSuccess(success);
  return response;
}

/** A wrong version is a normal answer of this method, not an error status. */
function wrongVersionResponse(expected: Expected, current: number): StreamsPb.AppendResp {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(revisionText(current));
  switch (expected.kind) {
    case 'any':
      wrong.setExpectedAny(new Empty());
      break;
    case 'no-stream':
      wrong.setExpectedNoStream(new Empty());
      break;
    case 'stream-exists':
      wrong.setExpectedStreamExists(new Empty());
      break;
    case 'revision':
      wrong.setExpectedRevision(revisionText(expected.revision));
  }
  const response = new AppendResp();
  response.setWrongExpectedVersion(wrong);
  return response;
}
