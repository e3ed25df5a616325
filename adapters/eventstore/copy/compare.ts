/**
 * Walks two logs side by side, event for event, in the order of `$all`.
 *
 * The target may differ from the source in what no reader of a stream can tell:
 * - it holds what the copy wrote itself, see `own-events.ts`, as the source may from another copy;
 * - it holds streams that the source does not know: other programs may use the same server;
 * - events that are hidden in their stream (by `$tb`, `$maxCount`, `$maxAge`, deletion) may be on
 *   one side only, since a scavenge takes them out there when it likes, before the other side
 *   hides them perhaps;
 * - servers write the metadata of deletion and revival themselves: the same JSON with other ids.
 */
import type { Cursor } from './cursor.js';
import { isTombstone, type RawEvent } from './event.js';
import { isHidden, isPast } from './hidden.js';
import { canonicalMetadata, metadataType } from './metadata.js';
import { isOwn } from './own-events.js';
import type { Server } from './server.js';
import { isMetadataStream, metadataStreamOf, userStreamOf } from './streams.js';

/** Names of streams that are remembered as not the source's. */
const foreignStreamsMax = 10_000;

/** What the target holds beside the events of the source. */
export interface Beside {
  /** Written by the copy. */
  readonly own: number;
  /** In streams that the source does not know. */
  readonly foreign: number;
  /** Hidden events that are on one side only. */
  readonly hidden: number;
}

export type Comparison =
  /** `source` is the first event that the target has not; `null` when it has them all. */
  | { readonly kind: 'same'; readonly source: RawEvent | null }
  | {
      readonly kind: 'different';
      readonly source: RawEvent | null;
      readonly target: RawEvent | null;
    }
  | { readonly kind: 'stopped' };

export interface CompareOptions {
  readonly signal: AbortSignal;
  /** Hears of each pair of events that are the same. */
  readonly onPair: (source: RawEvent, target: RawEvent) => void;
  /** Whether the target may end before the source does. */
  readonly mayEndEarly: boolean;
}

/** See the head of this file. */
export class LogComparison {
  #own = 0;
  #foreign = 0;
  #hidden = 0;
  readonly #foreignStreams = new Set<string>();

  constructor(
    readonly source: Cursor,
    readonly target: Cursor,
  ) {}

  get beside(): Beside {
    return { own: this.#own, foreign: this.#foreign, hidden: this.#hidden };
  }

  /** Goes on to the first difference, or the end. @throws ServerTrouble */
  async run({ signal, onPair, mayEndEarly }: CompareOptions): Promise<Comparison> {
    const { source, target } = this;
    while (!signal.aborted) {
      const [ours, theirs] = [source.current, target.current];
      if (theirs === null && (ours === null || mayEndEarly)) return { kind: 'same', source: ours };
      if (ours !== null && theirs !== null && (await this.#isPair(ours, theirs))) {
        onPair(ours, theirs);
        await source.advance();
        await target.advance();
      } else if (theirs !== null && (await this.#isBeside(theirs))) await target.advance();
      else if (ours !== null && (await this.#isNothing(ours))) await source.advance();
      else return { kind: 'different', source: ours, target: theirs };
    }
    return { kind: 'stopped' };
  }

  /**
   * Metadata that only says the same may stand for several events. It is no pair when what it was
   * copied from is still to come, nor when the last one of the source would go with an earlier one.
   */
  async #isPair(ours: RawEvent, theirs: RawEvent): Promise<boolean> {
    if (!isSame(ours, theirs)) return false;
    if (ours.id === theirs.id || isTombstone(ours)) return true;
    const [source, target] = [this.source.server, this.target.server];
    if (!(await isHidden(source, theirs))) return false;
    return (await isHidden(source, ours)) || !(await isHidden(target, theirs));
  }

  async #isBeside(theirs: RawEvent): Promise<boolean> {
    if (isOwn(theirs)) this.#own += 1;
    else if (await this.#isForeign(userStreamOf(theirs.stream))) this.#foreign += 1;
    else if (await isHidden(this.target.server, theirs)) this.#hidden += 1;
    else if (await isPast(this.source.server, theirs)) this.#hidden += 1;
    else return false;
    return true;
  }

  /** Whether the source's event is one that the target need not have. */
  async #isNothing(ours: RawEvent): Promise<boolean> {
    if (isOwn(ours)) this.#own += 1;
    else if (await isHidden(this.source.server, ours)) this.#hidden += 1;
    else return false;
    return true;
  }

  async #isForeign(stream: string): Promise<boolean> {
    if (this.#foreignStreams.has(stream)) return true;
    if (await knows(this.source.server, stream)) return false;
    if (this.#foreignStreams.size >= foreignStreamsMax) this.#foreignStreams.clear();
    this.#foreignStreams.add(stream);
    return true;
  }
}

/** Whether a server has, or ever had, anything of a user stream. */
const knows = async (server: Server, stream: string): Promise<boolean> => {
  const look = await server.lookAt({ stream });
  if (look.kind !== 'absent') return true;
  return (await server.lookAt({ stream: metadataStreamOf(stream) })).kind !== 'absent';
};

const isSame = (one: RawEvent, other: RawEvent): boolean => {
  if (one.stream !== other.stream || one.type !== other.type) return false;
  if (isTombstone(one)) return isTombstone(other);
  if (one.contentType !== other.contentType || !isEqual(one.metadata, other.metadata)) return false;
  if (isMetadataStream(one.stream) && one.type === metadataType) return saysTheSame(one, other);
  return one.revision === other.revision && one.id === other.id && isEqual(one.data, other.data);
};

/**
 * Of metadata only what it says counts: servers write it too, with ids of their own. What the copy
 * has written stands for nothing, though it may say the same as the event that follows it.
 */
const saysTheSame = (one: RawEvent, other: RawEvent): boolean => {
  if (one.id !== other.id && isOwn(other)) return false;
  if (isEqual(one.data, other.data)) return true;
  const canonical = canonicalMetadata(one.data);
  return canonical !== null && canonical === canonicalMetadata(other.data);
};

const isEqual = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && Buffer.compare(one, other) === 0;
