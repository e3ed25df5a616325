/** The messages that answer a read. */
import type { ResolvedEvent } from '../log/links.js';
import type { RecordedEvent } from '../log/types.js';
import type { SharedPb, StreamsPb } from './messages.js';
import { ReadResp, StreamIdentifier } from './messages.js';
import { revisionText, ticksText } from './numbers.js';
import { type UuidForm, writeUuid } from './uuid.js';

type ReadResponse = StreamsPb.ReadResp;

/** The content type as it is answered, whatever the writer's exact words were. */
export const JSON_CONTENT_TYPE = 'application/json';
export const BINARY_CONTENT_TYPE = 'application/octet-stream';

export function streamIdentifier(name: string): SharedPb.StreamIdentifier {
  const message = new StreamIdentifier();
  message.setStreamName(Buffer.from(name, 'utf8'));
  return message;
}

export function eventResponse(resolved: ResolvedEvent, uuidForm: UuidForm): ReadResponse {
  const message = new ReadResp.ReadEvent();
  const { event, link } = resolved;
  if (event !== undefined) message.setEvent(recordedEvent(event, uuidForm));
  if (link !== undefined) message.setLink(recordedEvent(link, uuidForm));
  // The position is that of the event which was found by reading, so the link's if there is one.
  message.setCommitPosition(String((link ?? event)?.position ?? 0));
  const response = new ReadResp();
  response.setEvent(message);
  return response;
}

export function confirmationResponse(subscriptionId: string): ReadResponse {
  const message = new ReadResp.SubscriptionConfirmation();
  message.setSubscriptionId(subscriptionId);
  const response = new ReadResp();
  response.setConfirmation(message);
  return response;
}

export function checkpointResponse(position: number): ReadResponse {
  const message = new ReadResp.Checkpoint();
  message.setCommitPosition(String(position));
  message.setPreparePosition(String(position));
  const response = new ReadResp();
  response.setCheckpoint(message);
  return response;
}

export function caughtUpResponse(): ReadResponse {
  const response = new ReadResp();
  response.setCaughtUp(new ReadResp.CaughtUp());
  return response;
}

export function streamNotFoundResponse(name: string): ReadResponse {
  const message = new ReadResp.StreamNotFound();
  message.setStreamIdentifier(streamIdentifier(name));
  const response = new ReadResp();
  response.setStreamNotFound(message);
  return response;
}

export function firstStreamPositionResponse(revision: number): ReadResponse {
  const response = new ReadResp();
  response.setFirstStreamPosition(revisionText(revision));
  return response;
}

export function lastStreamPositionResponse(revision: number): ReadResponse {
  const response = new ReadResp();
  response.setLastStreamPosition(revisionText(revision));
  return response;
}

function recordedEvent(
  event: RecordedEvent,
  uuidForm: UuidForm,
): StreamsPb.ReadResp.ReadEvent.RecordedEvent {
  const message = new ReadResp.ReadEvent.RecordedEvent();
  fillRecordedEvent(message, event, uuidForm);
  return message;
}

/** The messages of a recorded event; each service has one of its own, all of them alike. */
export interface RecordedEventMessage {
  setId(id: SharedPb.UUID): unknown;
  setStreamIdentifier(identifier: SharedPb.StreamIdentifier): unknown;
  setStreamRevision(revision: string): unknown;
  setCommitPosition(position: string): unknown;
  setPreparePosition(position: string): unknown;
  setData(data: Uint8Array): unknown;
  setCustomMetadata(metadata: Uint8Array): unknown;
  getMetadataMap(): { set(key: string, value: string): unknown };
}

/** Writes an event into such a message. */
export function fillRecordedEvent(
  message: RecordedEventMessage,
  event: RecordedEvent,
  uuidForm: UuidForm,
): void {
  message.setId(writeUuid(event.id, uuidForm));
  message.setStreamIdentifier(streamIdentifier(event.streamName));
  message.setStreamRevision(revisionText(event.revision));
  message.setCommitPosition(String(event.position));
  message.setPreparePosition(String(event.position));
  message.setData(event.data);
  message.setCustomMetadata(event.customMetadata);
  const properties = message.getMetadataMap();
  properties.set('type', event.type);
  properties.set('content-type', event.isJson ? JSON_CONTENT_TYPE : BINARY_CONTENT_TYPE);
  properties.set('created', ticksText(event.createdMs));
}
