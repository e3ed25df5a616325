/** The vocabulary of the log: events, expectations and what becomes of a write. */

/** An event as it is kept for ever. */
export interface RecordedEvent {
  /** Place in the whole log; grows by at least one from event to event, the first is 1. */
  readonly position: number;
  readonly streamName: string;
  /** Place in the stream, from 0 without gaps; `TOMBSTONE_REVISION` for a tombstone. */
  readonly revision: number;
  /** UUID, lower case with dashes. */
  readonly id: string;
  readonly type: string;
  /** Whether the writer called the data JSON. */
  readonly isJson: boolean;
  /** Time of the write by the node's clock, milliseconds since the epoch. */
  readonly createdMs: number;
  readonly data: Uint8Array;
  readonly customMetadata: Uint8Array;
}

/** An event that somebody wants written. */
export type ProposedEvent = Pick<
  RecordedEvent,
  'id' | 'type' | 'isJson' | 'data' | 'customMetadata'
>;

/** What the writer believes about the stream. */
export type Expected =
  | { readonly kind: 'any' }
  | { readonly kind: 'no-stream' }
  | { readonly kind: 'stream-exists' }
  | { readonly kind: 'revision'; readonly revision: number };

/** One write, decided and applied as a whole. */
export type WriteOperation =
  | {
      readonly kind: 'append';
      readonly streamName: string;
      readonly expected: Expected;
      readonly events: readonly ProposedEvent[];
    }
  | { readonly kind: 'delete'; readonly streamName: string; readonly expected: Expected }
  | { readonly kind: 'tombstone'; readonly streamName: string; readonly expected: Expected };

/** What became of a write. */
export type WriteOutcome =
  | {
      readonly kind: 'done';
      /** The last revision the write accounts for; -1 if the stream was never written. */
      readonly revision: number;
      /** The position of that event; 0 if the stream was never written. */
      readonly position: number;
    }
  /** `current` is the stream's last revision, -1 if it was never written. */
  | { readonly kind: 'wrong-version'; readonly current: number }
  | { readonly kind: 'stream-deleted' }
  /** The storage refused; nothing of the write is visible. */
  | { readonly kind: 'failed'; readonly message: string };

/** Type of the event that ends a stream for ever. */
export const TOMBSTONE_TYPE = '$streamDeleted';
/** Type of the events in a metadata stream. */
export const METADATA_TYPE = '$metadata';
/** Type of a link to another event. */
export const LINK_TYPE = '$>';
/** Streams of links to all events of a category; they are written by the node itself. */
export const CATEGORY_STREAM_PREFIX = '$ce-';
