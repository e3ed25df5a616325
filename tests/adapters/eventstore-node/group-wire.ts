/** Requests about persistent subscriptions built by hand, for what the client would never send. */
import type { PersistentSubscriptionsClient } from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import type {
  CreateReq,
  ReadReq,
  ReadResp,
  ReplayParkedReq,
} from '@eventstore/db-client/generated/persistent_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { identifier, uuid } from './wire.js';

type SettingsChange = (settings: CreateReq.Settings) => void;

/** Settings as the client would send them, but for what the test changes. */
function settings(change: SettingsChange): CreateReq.Settings {
  const made = new persistent.CreateReq.Settings();
  made.setMaxRetryCount(10);
  made.setMessageTimeoutMs(30_000);
  made.setCheckpointAfterMs(2000);
  made.setMinCheckpointCount(10);
  made.setMaxCheckpointCount(1000);
  made.setLiveBufferSize(500);
  made.setReadBatchSize(20);
  made.setHistoryBufferSize(500);
  made.setNamedConsumerStrategy(persistent.CreateReq.ConsumerStrategy.ROUNDROBIN);
  change(made);
  return made;
}

/** To create the group "g" on a stream, from revision 0 unless the test changes it. */
export function createOnStream(
  stream: string,
  change: SettingsChange = () => undefined,
  changeOptions: (options: CreateReq.Options) => void = () => undefined,
): CreateReq {
  const options = new persistent.CreateReq.Options();
  options.setGroupName('g');
  options.setStreamIdentifier(identifier(stream));
  options.setSettings(settings(change));
  changeOptions(options);
  const request = new persistent.CreateReq();
  request.setOptions(options);
  return request;
}

/** To create the group "g" on everything, from a position. */
export function createOnAll(position: { commit: string; prepare: string }): CreateReq {
  const at = new persistent.CreateReq.Position();
  at.setCommitPosition(position.commit);
  at.setPreparePosition(position.prepare);
  const all = new persistent.CreateReq.AllOptions();
  all.setPosition(at);
  all.setNoFilter(new shared.Empty());
  const options = new persistent.CreateReq.Options();
  options.setGroupName('g');
  options.setAll(all);
  options.setSettings(settings(() => undefined));
  const request = new persistent.CreateReq();
  request.setOptions(options);
  return request;
}

export function replayOnStream(stream: string, stopAt: string): ReplayParkedReq {
  const options = new persistent.ReplayParkedReq.Options();
  options.setGroupName('g');
  options.setStreamIdentifier(identifier(stream));
  options.setStopAt(stopAt);
  const request = new persistent.ReplayParkedReq();
  request.setOptions(options);
  return request;
}

/** The status a create ends with; nothing if it succeeds. */
export function created(
  client: PersistentSubscriptionsClient,
  request: CreateReq,
): Promise<ServiceError | undefined> {
  return new Promise((resolve) => {
    client.create(request, (error) => resolve(error ?? undefined));
  });
}

/** To join the group "g" of a stream. */
export function joinStream(stream: string, change: (options: ReadReq.Options) => void): ReadReq {
  const options = new persistent.ReadReq.Options();
  options.setStreamIdentifier(identifier(stream));
  options.setGroupName('g');
  options.setBufferSize(10);
  const form = new persistent.ReadReq.Options.UUIDOption();
  form.setString(new shared.Empty());
  options.setUuidOption(form);
  change(options);
  const request = new persistent.ReadReq();
  request.setOptions(options);
  return request;
}

/** Asks for ids as two numbers. */
export function structuredIds(options: ReadReq.Options): void {
  const form = new persistent.ReadReq.Options.UUIDOption();
  form.setStructured(new shared.Empty());
  options.setUuidOption(form);
}

export function ackOf(...ids: readonly shared.UUID[]): ReadReq {
  const ack = new persistent.ReadReq.Ack();
  ack.setIdsList([...ids]);
  const request = new persistent.ReadReq();
  request.setAck(ack);
  return request;
}

/** A refusal that does not say what to do. */
export function unknownNackOf(id: string): ReadReq {
  const nack = new persistent.ReadReq.Nack();
  nack.setIdsList([uuid(id)]);
  nack.setAction(persistent.ReadReq.Nack.Action.UNKNOWN);
  const request = new persistent.ReadReq();
  request.setNack(nack);
  return request;
}

/** A consumer's call that remembers what it was answered. */
export class ConsumerCall {
  readonly answers: ReadResp[] = [];
  readonly ended: Promise<ServiceError | undefined>;
  readonly call: ClientDuplexStream<ReadReq, ReadResp>;
  private wake: () => void = () => undefined;

  constructor(client: PersistentSubscriptionsClient, ...requests: readonly ReadReq[]) {
    this.call = client.read();
    this.call.on('data', (answer: ReadResp) => {
      this.answers.push(answer);
      this.wake();
    });
    this.ended = new Promise((resolve) => {
      this.call.on('error', resolve);
      this.call.on('end', () => resolve(undefined));
    });
    for (const request of requests) this.call.write(request);
  }

  async untilAnswers(count: number): Promise<readonly ReadResp[]> {
    while (this.answers.length < count) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.answers;
  }
}
