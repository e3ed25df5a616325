/** The bytes of an answer with an event are those of the message that clients know. */
import test from 'ava';
import fc from 'fast-check';
import type { RecordedEvent } from '../../../adapters/embedded/eventstore/log/types.js';
import { eventResponse } from '../../../adapters/embedded/eventstore/wire/event-response.js';
import { ReadResp, type StreamsPb } from '../../../adapters/embedded/eventstore/wire/messages.js';
import { TOMBSTONE_REVISION } from '../../../adapters/embedded/eventstore/wire/numbers.js';
import {
  fillRecordedEvent,
  type RecordedEventMessage,
} from '../../../adapters/embedded/eventstore/wire/read-response.js';
import type { UuidForm } from '../../../adapters/embedded/eventstore/wire/uuid.js';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const uint = fc.oneof(fc.nat(300), fc.maxSafeNat());

const events: fc.Arbitrary<RecordedEvent> = fc.record({
  id: fc.uuid(),
  streamName: fc.string({ unit: 'grapheme', minLength: 1 }),
  type: fc.string({ unit: 'grapheme', minLength: 1 }),
  isJson: fc.boolean(),
  position: uint,
  revision: fc.oneof(uint, fc.constant(TOMBSTONE_REVISION)),
  createdMs: fc.nat(2_000_000_000_000),
  data: bytes,
  customMetadata: bytes,
});

const filled = (
  event: RecordedEvent,
  form: UuidForm,
): StreamsPb.ReadResp.ReadEvent.RecordedEvent => {
  const message = new ReadResp.ReadEvent.RecordedEvent();
  const fillable: RecordedEventMessage = message;
  fillRecordedEvent(fillable, event, form);
  return message;
};

/** The same as the code says it that the client package brings. */
const generated = (
  { event, link }: { event: RecordedEvent | undefined; link: RecordedEvent | undefined },
  form: UuidForm,
): ReturnType<StreamsPb.ReadResp['toObject']> => {
  const message = new ReadResp.ReadEvent();
  if (event !== undefined) message.setEvent(filled(event, form));
  if (link !== undefined) message.setLink(filled(link, form));
  message.setCommitPosition(String((link ?? event)?.position ?? 0));
  const response = new ReadResp();
  response.setEvent(message);
  return ReadResp.deserializeBinary(response.serializeBinary()).toObject();
};

test('an event is answered as clients of the protocol read it, with a link or without', (t) => {
  const forms = fc.constantFrom<UuidForm>('string', 'structured');
  const maybe = fc.option(events, { nil: undefined });
  fc.assert(
    fc.property(maybe, maybe, forms, (event, link, form) => {
      const resolved = { ...(event && { event }), ...(link && { link }) };
      const answer = ReadResp.deserializeBinary(eventResponse(resolved, form));
      t.deepEqual(answer.toObject(), generated({ event, link }, form));
    }),
  );
});
