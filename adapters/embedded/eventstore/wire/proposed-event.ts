/** Events as callers propose them; classic and batch appends use the same fields. */
import type { ProposedEvent } from '../log/types.js';
import type { StreamsPb } from './messages.js';
import { JSON_CONTENT_TYPE } from './read-response.js';
import { readUuid } from './uuid.js';

type Message = StreamsPb.AppendReq.ProposedMessage | StreamsPb.BatchAppendReq.ProposedMessage;

/** A proposed event, the name of a property it lacks, or that its id is none. */
export type ProposedEventResult =
  | { readonly kind: 'event'; readonly event: ProposedEvent }
  | { readonly kind: 'missing-property'; readonly property: string }
  | { readonly kind: 'invalid-id' };

const BYTES_PER_TYPE_UNIT = 2;

export function readProposedEvent(message: Message): ProposedEventResult {
  const id = readUuid(message.getId());
  if (id === undefined) return { kind: 'invalid-id' };
  const properties = message.getMetadataMap();
  const type = properties.get('type');
  // An empty type would also cost nothing against the append size limit.
  if (type === undefined || type === '') return { kind: 'missing-property', property: 'type' };
  const contentType = properties.get('content-type');
  if (contentType === undefined) return { kind: 'missing-property', property: 'content-type' };
  const event: ProposedEvent = {
    id,
    type,
    isJson: contentType === JSON_CONTENT_TYPE,
    data: message.getData_asU8(),
    customMetadata: message.getCustomMetadata_asU8(),
  };
  return { kind: 'event', event };
}

/** What an event counts for against the append size limit, in bytes. */
export function appendSizeBytes(event: ProposedEvent): number {
  const { data, customMetadata, type } = event;
  return data.length + customMetadata.length + BYTES_PER_TYPE_UNIT * type.length;
}
