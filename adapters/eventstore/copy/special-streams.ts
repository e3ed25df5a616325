/**
 * Streams of the source that have metadata or a tombstone. Only these can have lost events to a
 * scavenge, or be deleted and revived, so only for these it matters how the target stands. All
 * others are as long in the target as in the source, and are written without a look.
 */
import { randomUUID } from 'node:crypto';
import { AppendRefused, type Appends } from './appends.js';
import { binaryContentType, isBefore, type LogPosition, tombstoneType } from './event.js';
import { isSoftDelete, metadataType } from './metadata.js';
import type { Server } from './server.js';
import { isCopied, metadataStreamOf, userStreamOf } from './streams.js';

/** Finds them, up to a position. @throws ServerTrouble */
export const findSpecialStreams = async (
  source: Server,
  to: LogPosition,
): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  const types = [metadataType, tombstoneType];
  for await (const { stream, position } of source.readAll({ types })) {
    if (position !== null && isBefore(to, position)) break;
    if (isCopied(stream)) found.add(userStreamOf(stream));
  }
  return found;
};

/** How a stream stands in the target, once everything that was sent is written. */
export interface TargetStream {
  /** The last revision; -1 if it has none. */
  last: bigint;
  /** The last revision of its metadata stream; -1 if it has none. */
  metadataLast: bigint;
  /** Data of the last metadata; `null` if there is none, absent if only the server knows. */
  metadata: Uint8Array | null | undefined;
  isSoftDeleted: boolean;
  /** The server has written its last metadata, when it was no longer soft deleted. */
  isRevived: boolean;
}

/** No stream is ever that long, so an append after this revision is refused by every server. */
const beyondEveryStream = 2n ** 52n;

/** Looks streams of the target up, and remembers them: the copy alone writes to them. */
export class TargetStreams {
  readonly #known = new Map<string, TargetStream>();

  constructor(
    readonly target: Server,
    readonly appends: Appends,
  ) {}

  /** @throws AppendRefused when it has a tombstone; ServerTrouble */
  async of(stream: string): Promise<TargetStream> {
    const known = this.#known.get(stream) ?? (await this.#lookUp(stream));
    this.#known.set(stream, known);
    return known;
  }

  /** The metadata as it is now. @throws AppendRefused, ServerTrouble */
  async metadataOf(stream: string): Promise<Uint8Array | null> {
    const known = await this.of(stream);
    if (known.metadata === undefined) {
      await this.appends.drain();
      known.metadata = (await this.#lastMetadata(stream))?.data ?? null;
    }
    return known.metadata;
  }

  /** What a server does by itself when somebody writes to a soft deleted stream. */
  noteRevival(known: TargetStream): void {
    known.isSoftDeleted = false;
    known.isRevived = true;
    known.metadataLast += 1n;
    known.metadata = undefined;
  }

  async #lookUp(stream: string): Promise<TargetStream> {
    const last = await this.target.lookAt({ stream, backwards: true });
    if (last.kind === 'deleted') throw new AppendRefused({ kind: 'stream-deleted', stream });
    const metadata = await this.#lastMetadata(stream);
    const isNew = last.kind === 'absent' && metadata === null;
    return {
      last: last.kind === 'event' ? last.event.revision : isNew ? -1n : await this.#probe(stream),
      metadataLast: metadata?.revision ?? -1n,
      metadata: metadata?.data ?? null,
      isSoftDeleted: isSoftDelete(metadata?.data ?? null),
      isRevived: false,
    };
  }

  async #lastMetadata(stream: string) {
    const look = await this.target.lookAt({ stream: metadataStreamOf(stream), backwards: true });
    return look.kind === 'event' ? look.event : null;
  }

  /** Of a stream whose events are all hidden no read says how many there are; a refusal does. */
  async #probe(stream: string): Promise<bigint> {
    const nothing = new Uint8Array(0);
    const content = { type: 'probe', contentType: binaryContentType, data: nothing };
    const events = [{ ...content, id: randomUUID(), metadata: nothing }];
    const refusal = await this.appends.attempt({ stream, after: beyondEveryStream, events });
    if (refusal?.kind === 'wrong-revision') return refusal.last;
    if (refusal !== null) throw new AppendRefused(refusal);
    throw new Error(`the target took an append to ${stream} that no server takes`);
  }
}
