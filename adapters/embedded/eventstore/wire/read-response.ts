/** The messages that answer a read, as bytes; see `event-response.ts` for the one with an event. */
import type { RecordedEvent } from '../log/types.js';
import type { SharedPb, StreamsPb } from './messages.js';
import { ReadResp, StreamIdentifier } from './messages.js';
import { revisionText, ticksText } from './numbers.js';
import { type UuidForm, writeUuid } from './uuid.js';

/** The content type as it is answered, whatever the writer's exact words were. */
export const JSON_CONTENT_TYPE = 'application/json';
export const BINARY_CONTENT_TYPE = 'application/octet-stream';

export function streamIdentifier(name: string): SharedPb.StreamIdentifier {
  const message = new StreamIdentifier();
  message.setStreamName(Buffer.from(name, 'utf8'));
  return message;
}

/** What the server sends is a buffer; the client package's code makes arrays of bytes. */
function bytesOf(response: StreamsPb.ReadResp): Buffer {
  return Buffer.from(response.serializeBinary());
}

export function confirmationResponse(subscriptionId: string): Buffer {
  const message = new ReadResp.SubscriptionConfirmation();
  message.setSubscriptionId(subscriptionId);
  const response = new ReadResp();
  response.setConfirmation(message);
  return bytesOf(response);
}

export function checkpointResponse(position: number): Buffer {
  const message = new ReadResp.Checkpoint();
  message.setCommitPosition(String(position));
  message.setPreparePosition(String(position));
  const response = new ReadResp();
  response.setCheckpoint(message);
  return bytesOf(response);
}

export function caughtUpResponse(): Buffer {
  const response = new ReadResp();
  response.setCaughtUp(new ReadResp.CaughtUp());
  return bytesOf(response);
}

export function streamNotFoundResponse(name: string): Buffer {
  const message = new ReadResp.StreamNotFound();
  message.setStreamIdentifier(streamIdentifier(name));
  const response = new ReadResp();
  response.setStreamNotFound(message);
  return bytesOf(response);
}

export function firstStreamPositionResponse(revision: number): Buffer {
  const response = new ReadResp();
  response.setFirstStreamPosition(revisionText(revision));
  return bytesOf(response);
}

export function lastStreamPositionResponse(revision: number): Buffer {
  const response = new ReadResp();
  response.setLastStreamPosition(revisionText(revision));
  return bytesOf(response);
}

/** What persistent subscriptions have for an event; written by the client package's code. */
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
