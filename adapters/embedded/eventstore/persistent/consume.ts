/**
 * The Read method: the call of one consumer. It says which group it belongs to, gets the
 * confirmation and then events, and says what became of each.
 */
import { randomUUID } from 'node:crypto';
import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller, Callers } from '../access/callers.js';
import { CONSUMER_SLOTS_MAX } from '../limits.js';
import {
  accessDenied,
  type CallError,
  groupDropped,
  invalidArgument,
  tooManySubscribers,
  unavailable,
} from '../streams/errors.js';
import { visibleTo } from '../streams/resolve.js';
import { readGroupKey } from '../wire/group-request.js';
import { groupConfirmation, groupEvent } from '../wire/group-response.js';
import { GroupReadReq, type PersistentPb, type SharedPb } from '../wire/messages.js';
import { readUuid, type UuidForm } from '../wire/uuid.js';
import { Consumer, type ConsumerDescription } from './consumer.js';
import type { RejectAction } from './deliveries.js';
import type { Group } from './group.js';
import { findGroup, groupNames } from './manage.js';
import type { Groups } from './registry.js';
import { type GroupKey, sourceText } from './settings.js';

type ConsumerStream = ServerDuplexStream<PersistentPb.ReadReq, PersistentPb.ReadResp>;

const CONNECTION_NAME_HEADER = 'connection-name';

const { Action } = GroupReadReq.Nack;

export interface ConsumeOptions {
  readonly callers: Callers;
  /** Aborts when the node stops. */
  readonly stopping: AbortSignal;
}

/** Makes the handler. Users who may read a stream may consume from its groups. */
export function consumeHandler(
  groups: Groups,
  { callers, stopping }: ConsumeOptions,
): handleBidiStreamingCall<PersistentPb.ReadReq, PersistentPb.ReadResp> {
  return (call) => {
    const caller = callers.of(call.metadata);
    new ConsumerSession(groups, call, { caller, stopping }).start();
  };
}

class ConsumerSession {
  private joined: { readonly group: Group; readonly consumer: Consumer } | undefined;
  private over = false;

  private readonly stopping: AbortSignal;
  private readonly caller: Caller;

  constructor(
    private readonly groups: Groups,
    private readonly call: ConsumerStream,
    { caller, stopping }: { readonly caller: Caller; readonly stopping: AbortSignal },
  ) {
    this.caller = caller;
    this.stopping = stopping;
  }

  start(): void {
    const { call, stopping } = this;
    call.on('data', (message: PersistentPb.ReadReq) => this.receive(message));
    call.on('drain', () => {
      this.joined?.consumer.unblock();
      this.joined?.group.proceed();
    });
    // A call that was reset looks like one whose caller said goodbye; it ends as cancelled.
    call.on('end', () => this.leave(() => call.end()));
    call.on('cancelled', () => this.leave());
    call.on('close', () => this.leave());
    stopping.addEventListener('abort', this.stop, { once: true });
    if (stopping.aborted) this.stop();
  }

  private receive(message: PersistentPb.ReadReq): void {
    if (this.over) return;
    const options = message.getOptions();
    const { joined } = this;
    if (options !== undefined) {
      if (joined === undefined) this.join(options);
      else this.fail(invalidArgument('Options may be sent once only.'));
      return;
    }
    if (joined === undefined) {
      this.fail(invalidArgument('The first message has to hold the options.'));
      return;
    }
    const ack = message.getAck();
    const nack = message.getNack();
    const ids = readIds((ack ?? nack)?.getIdsList() ?? []);
    if (ids === undefined) this.fail(invalidArgument('An event id is no UUID.'));
    else if (ack !== undefined) joined.group.confirm(ids);
    else if (nack !== undefined) {
      joined.group.reject(ids, rejectAction(nack.getAction()), nack.getReason());
    }
  }

  private join(options: PersistentPb.ReadReq.Options): void {
    const uuid = options.getUuidOption();
    const slots = Math.min(options.getBufferSize(), CONSUMER_SLOTS_MAX);
    if (uuid === undefined || slots < 1) {
      this.fail(invalidArgument('The buffer size or the form of UUIDs is missing.'));
      return;
    }
    const key = readGroupKey(options);
    if (this.caller.isAnonymous || !this.mayRead(key)) {
      this.fail(accessDenied());
      return;
    }
    const target = findGroup(this.groups, key);
    if ('error' in target) {
      this.fail(target.error);
      return;
    }
    const { group } = target;
    if (group.isFull) {
      this.fail(tooManySubscribers(groupNames(group.definition.key)));
      return;
    }
    this.call.write(groupConfirmation(randomUUID()));
    const consumer = this.consumer(group, slots, uuid.hasString() ? 'string' : 'structured');
    this.joined = { group, consumer };
    group.connect(consumer);
  }

  private mayRead(key: GroupKey | undefined): boolean {
    return key === undefined || this.caller.may('read', sourceText(key.source));
  }

  private consumer(group: Group, slots: number, uuidForm: UuidForm): Consumer {
    const description: ConsumerDescription = {
      from: this.call.getPeer(),
      userName: this.caller.name,
      connectionName: String(this.call.metadata.get(CONNECTION_NAME_HEADER)[0] ?? ''),
      slots,
    };
    return new Consumer(description, {
      send: (event, retryCount) => {
        const shown = visibleTo(this.caller, event);
        return this.over || this.call.write(groupEvent(shown, retryCount, uuidForm));
      },
      drop: () => this.fail(groupDropped(groupNames(group.definition.key))),
    });
  }

  private fail(error: CallError): void {
    this.leave(() => this.call.emit('error', error));
  }

  /** Ends the call, unless it is over, and gives back what the consumer did not confirm. */
  private leave(end: () => void = () => undefined): void {
    if (this.over) return;
    this.over = true;
    this.stopping.removeEventListener('abort', this.stop);
    if (!this.call.cancelled && !this.call.destroyed) end();
    this.joined?.group.disconnect(this.joined.consumer);
  }

  private readonly stop = (): void => this.fail(unavailable());
}

function readIds(list: readonly SharedPb.UUID[]): string[] | undefined {
  const ids: string[] = [];
  for (const each of list) {
    const id = readUuid(each);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}

/** To stop is the consumer's own business; the event counts as skipped, as in the original. */
function rejectAction(action: PersistentPb.ReadReq.Nack.Action): RejectAction {
  if (action === Action.PARK) return 'park';
  return action === Action.SKIP || action === Action.STOP ? 'skip' : 'retry';
}
