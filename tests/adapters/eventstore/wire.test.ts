import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import test from 'ava';
import fc from 'fast-check';
import { namesIn } from '../../../adapters/eventstore/names.js';
import { answerOf } from '../../../adapters/eventstore/wire.js';
import { instantOfMs } from '../../../domain/shared/instant.js';

const { ReadResp } = streams;
const names = namesIn(null);
const seed = 20_261_123;

const uint64 = fc.oneof(fc.nat().map(BigInt), fc.bigInt(0n, 2n ** 63n - 1n));

const anyEvent = fc.record({
  id: fc.uuid(),
  stream: fc.string({ unit: 'grapheme' }).map((text) => `wallet-${text}`),
  revision: uint64,
  position: uint64,
  type: fc.string({ unit: 'grapheme' }),
  data: fc.jsonValue(),
  metadata: fc.jsonValue(),
  createdMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  isStructured: fc.boolean(),
});
type AnyEvent = typeof anyEvent extends fc.Arbitrary<infer A> ? A : never;

const uuidOf = ({ id, isStructured }: Pick<AnyEvent, 'id' | 'isStructured'>) => {
  const uuid = new shared.UUID();
  if (!isStructured) uuid.setString(id);
  else {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    const halves = new shared.UUID.Structured();
    halves.setMostSignificantBits(String(bytes.readBigInt64BE(0)));
    halves.setLeastSignificantBits(String(bytes.readBigInt64BE(8)));
    uuid.setStructured(halves);
  }
  return uuid;
};

const recordOf = (event: AnyEvent, contentType = 'application/json') => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(event.stream));
  const record = new ReadResp.ReadEvent.RecordedEvent();
  record.setId(uuidOf(event));
  record.setStreamIdentifier(identifier);
  record.setStreamRevision(String(event.revision));
  record.setPreparePosition(String(event.position));
  record.setCommitPosition(String(event.position));
  record.getMetadataMap().set('type', event.type);
  record.getMetadataMap().set('content-type', contentType);
  record.getMetadataMap().set('created', String(BigInt(event.createdMs) * 10_000n + 7n));
  record.setCustomMetadata(Buffer.from(JSON.stringify(event.metadata)));
  record.setData(Buffer.from(JSON.stringify(event.data)));
  return record;
};

const bytesOf = (record: ReturnType<typeof recordOf>): Buffer => {
  const found = new ReadResp.ReadEvent();
  found.setEvent(record);
  found.setCommitPosition(record.getCommitPosition());
  const answer = new ReadResp();
  answer.setEvent(found);
  return Buffer.from(answer.serializeBinary());
};

test('an event is read from its bytes as the server has written it', (t) => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      const { id, stream, revision, position, type, createdMs } = event;
      const recordedAt = instantOfMs(createdMs);
      const { data, metadata }: { data: unknown; metadata: unknown } = JSON.parse(
        JSON.stringify({ data: event.data, metadata: event.metadata }),
      );
      const expected = { id, stream, revision, position, type, data, metadata, recordedAt };
      t.deepEqual(answerOf(bytesOf(recordOf(event)), names), { kind: 'event', event: expected });
    }),
    { seed },
  );
});

const [example] = fc.sample(anyEvent, { seed, numRuns: 1 });

test('marks of a subscription are told from its events', (t) => {
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(2n ** 60n));
  checkpoint.setPreparePosition('7');
  const [mark, end, other] = [new ReadResp(), new ReadResp(), new ReadResp()];
  mark.setCheckpoint(checkpoint);
  end.setCaughtUp(new ReadResp.CaughtUp());
  other.setConfirmation(new ReadResp.SubscriptionConfirmation());
  const [ofMark, ofEnd, ofOther] = [mark, end, other].map((answer) =>
    answerOf(Buffer.from(answer.serializeBinary()), names),
  );
  t.deepEqual(ofMark, { kind: 'checkpoint', position: 2n ** 60n });
  t.deepEqual(ofEnd, { kind: 'caught-up' });
  t.deepEqual(ofOther, { kind: 'nothing' });
});

test('what is none of our events says nothing', (t) => {
  t.truthy(example);
  if (example === undefined) return;
  const binary = recordOf(example, 'application/octet-stream');
  const foreign = recordOf({ ...example, stream: '$settings' });
  for (const record of [binary, foreign]) {
    t.deepEqual(answerOf(bytesOf(record), names), { kind: 'nothing' });
  }
});

test('data that is no JSON is handed out as text, and an answer that is cut off is refused', (t) => {
  if (example === undefined) return t.fail();
  const record = recordOf(example);
  record.setData(Buffer.from('no { JSON'));
  const whole = bytesOf(record);
  const answer = answerOf(whole, names);
  t.is(answer.kind === 'event' ? answer.event.data : null, 'no { JSON');
  t.throws(() => answerOf(whole.subarray(0, whole.length - 3), names));
});
