/**
 * The BatchAppend method: one long call per connection that carries all appends of a client,
 * many outstanding, of any streams mixed.
 *
 *     options -> collecting -+-> final -> queued in the log -> answered
 *                            +-> refused (bad, too large, too late): answered at once
 *
 * Every correlation id gets exactly one answer. Parts of an append that was refused before its
 * final part still arrive; they are dropped, and the final one forgets the id. Appends enter the
 * log in the order of their final parts, which is the order the caller relies on.
 */
import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller, Callers } from '../access/callers.js';
import {
  APPEND_EVENTS_MAX,
  BATCH_CALL_APPENDS_MAX,
  BATCH_CALL_BYTES_MAX,
  BATCH_COLLECT_MS_MAX,
} from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import type { ProposedEvent } from '../log/types.js';
import { type BatchRequestHead, type BatchResult, batchResponse } from '../wire/batch-response.js';
import { readBatchExpected } from '../wire/expected.js';
import type { StreamsPb } from '../wire/messages.js';
import { appendSizeBytes, readProposedEvent } from '../wire/proposed-event.js';
import { readStreamName } from '../wire/stream-name.js';
import { readUuid } from '../wire/uuid.js';
import { invalidArgument, unavailable } from './errors.js';

type BatchCall = ServerDuplexStream<StreamsPb.BatchAppendReq, StreamsPb.BatchAppendResp>;

export interface BatchAppendOptions {
  readonly maxAppendSizeBytes: number;
  /** Aborts when the node stops. */
  readonly stopping: AbortSignal;
  readonly callers: Callers;
}

/** Makes the handler. */
export function batchAppendHandler(
  log: EventLog,
  options: BatchAppendOptions,
): handleBidiStreamingCall<StreamsPb.BatchAppendReq, StreamsPb.BatchAppendResp> {
  return (call) => new BatchAppendSession(log, call, options).start();
}

/** An append of which more parts are to come. */
interface Collecting {
  readonly head: BatchRequestHead;
  readonly streamName: string;
  readonly events: ProposedEvent[];
  bytes: number;
  /** Answered already; the remaining parts are dropped. */
  refused: boolean;
  /** Answers "timeout" when the parts take too long; absent if there are no more to come. */
  readonly deadline: NodeJS.Timeout | undefined;
}

class BatchAppendSession {
  private readonly collecting = new Map<string, Collecting>();
  private unansweredAppends = 0;
  private unansweredBytes = 0;
  private callerDone = false;
  private over = false;
  private readonly caller: Caller;

  constructor(
    private readonly log: EventLog,
    private readonly call: BatchCall,
    private readonly options: BatchAppendOptions,
  ) {
    this.caller = options.callers.of(call.metadata);
  }

  start(): void {
    const { call } = this;
    const { stopping } = this.options;
    call.on('data', (message: StreamsPb.BatchAppendReq) => this.receive(message));
    call.on('end', () => {
      this.callerDone = true;
      this.endIfDone();
    });
    call.on('drain', () => this.throttle());
    call.on('cancelled', this.forget);
    call.on('close', this.forget);
    stopping.addEventListener('abort', this.stop, { once: true });
    if (stopping.aborted) this.stop();
  }

  private receive(message: StreamsPb.BatchAppendReq): void {
    if (this.over || this.options.stopping.aborted) return;
    const correlation = message.getCorrelationId();
    const id = readUuid(correlation);
    if (id === undefined || correlation === undefined) {
      this.finish(() => this.call.emit('error', invalidArgument('A correlation id is no UUID.')));
      return;
    }
    const options = message.getOptions();
    if (options !== undefined && !this.collecting.has(id)) this.begin(id, message, options);
    const append = this.collecting.get(id);
    // Without options it belongs to nothing the caller waits for; an answer would confuse it.
    if (append === undefined) return;
    if (!append.refused) this.collect(append, message);
    if (!message.getIsFinal()) return;
    this.collecting.delete(id);
    clearTimeout(append.deadline);
    if (!append.refused) void this.write(append);
    this.endIfDone();
  }

  private begin(
    id: string,
    message: StreamsPb.BatchAppendReq,
    options: StreamsPb.BatchAppendReq.Options,
  ): void {
    const correlationId = message.getCorrelationId();
    const streamIdentifier = options.getStreamIdentifier();
    if (correlationId === undefined || streamIdentifier === undefined) return;
    const streamName = readStreamName(streamIdentifier);
    const expected = readBatchExpected(options);
    const remainingMs = remainingUntil(options);
    const late = remainingMs !== undefined && remainingMs <= 0;
    const waits = !message.getIsFinal() && !late;
    const waitMs = Math.min(remainingMs ?? BATCH_COLLECT_MS_MAX, BATCH_COLLECT_MS_MAX);
    const append: Collecting = {
      head: { correlationId, streamIdentifier, expected: expected ?? { kind: 'any' } },
      streamName: streamName ?? '',
      events: [],
      bytes: 0,
      refused: false,
      deadline: waits
        ? setTimeout(() => this.refuse(append, { kind: 'timeout' }), waitMs)
        : undefined,
    };
    this.collecting.set(id, append);
    if (streamName === undefined || expected === undefined) {
      const what = 'The stream name or the expected revision is missing.';
      this.refuse(append, { kind: 'bad-request', message: what });
    } else if (late) {
      this.refuse(append, { kind: 'timeout' });
    } else if (!this.caller.may('write', streamName)) {
      this.refuse(append, { kind: 'access-denied' });
    }
  }

  private collect(append: Collecting, message: StreamsPb.BatchAppendReq): void {
    const { maxAppendSizeBytes } = this.options;
    for (const proposed of message.getProposedMessagesList()) {
      const result = readProposedEvent(proposed);
      if (result.kind !== 'event') {
        const what =
          result.kind === 'invalid-id'
            ? 'An event id is no UUID.'
            : `Required Metadata Property '${result.property}' missing.`;
        this.refuse(append, { kind: 'bad-request', message: what });
        return;
      }
      append.events.push(result.event);
      append.bytes += appendSizeBytes(result.event);
      if (append.bytes > maxAppendSizeBytes || append.events.length > APPEND_EVENTS_MAX) {
        this.refuse(append, { kind: 'too-large', maxAppendSizeBytes });
        return;
      }
    }
  }

  private async write(append: Collecting): Promise<void> {
    const { streamName, events, head, bytes } = append;
    this.unansweredAppends += 1;
    this.unansweredBytes += bytes;
    this.throttle();
    const { expected } = head;
    const outcome = await this.log.write({ kind: 'append', streamName, expected, events });
    this.unansweredAppends -= 1;
    this.unansweredBytes -= bytes;
    this.answer(head, outcome);
    this.throttle();
    this.endIfDone();
  }

  private refuse(append: Collecting, result: BatchResult): void {
    append.refused = true;
    append.events.length = 0;
    clearTimeout(append.deadline);
    this.answer(append.head, result);
  }

  private answer(head: BatchRequestHead, result: BatchResult): void {
    if (!this.over) this.call.write(batchResponse(head, result));
  }

  /** A caller that outruns the disk, or reads no answers, is not read until that changes. */
  private throttle(): void {
    const full =
      this.unansweredAppends >= BATCH_CALL_APPENDS_MAX ||
      this.unansweredBytes >= BATCH_CALL_BYTES_MAX ||
      this.call.writableLength >= BATCH_CALL_APPENDS_MAX;
    if (this.over || full === this.call.isPaused()) return;
    if (full) this.call.pause();
    else this.call.resume();
  }

  /** The call ends when its caller or the node is done and every append has its answer. */
  private endIfDone(): void {
    if (this.unansweredAppends > 0) return;
    if (this.options.stopping.aborted) this.finish(() => this.call.emit('error', unavailable()));
    else if (this.callerDone) this.finish(() => this.call.end());
  }

  private finish(end: () => void): void {
    if (this.over) return;
    this.forget();
    end();
  }

  /** Nothing more is read; what is queued already is still answered. */
  private readonly stop = (): void => this.endIfDone();

  private readonly forget = (): void => {
    this.over = true;
    this.options.stopping.removeEventListener('abort', this.stop);
    for (const { deadline } of this.collecting.values()) clearTimeout(deadline);
    this.collecting.clear();
  };
}

/** Milliseconds until the append's deadline, by the machine's clock as the caller meant it. */
function remainingUntil(options: StreamsPb.BatchAppendReq.Options): number | undefined {
  const deadline = options.getDeadline();
  return deadline === undefined ? undefined : deadline.toDate().getTime() - Date.now();
}
