/** Writes that need a look at how the target stands: see `special-streams.ts`. */
import { AppendRefused, type Appends } from './appends.js';
import type { ProposedRaw, RawEvent } from './event.js';
import { canonicalMetadata, isSoftDelete, truncatedBefore, withTruncation } from './metadata.js';
import { isOwn, ownMetadata, placeholder } from './own-events.js';
import type { Server } from './server.js';
import { type TargetStream, TargetStreams } from './special-streams.js';
import { metadataStreamOf, userStreamOf } from './streams.js';

/** Placeholders in one append. */
const groupEvents = 500n;
const noMetadata = Buffer.from('{}', 'utf8');

/** See the head of this file. Everything throws AppendRefused and ServerTrouble. */
export class SpecialWrites {
  readonly #streams: TargetStreams;

  constructor(
    readonly target: Server,
    readonly appends: Appends,
  ) {
    this.#streams = new TargetStreams(target, appends);
  }

  /** Brings a stream to where `count` events from revision `first` on can be appended to it. */
  async prepare(stream: string, first: bigint, count: number): Promise<void> {
    const known = await this.#streams.of(stream);
    const { last } = known;
    if (first <= last) throw new AppendRefused({ kind: 'wrong-revision', stream, last });
    if (first > last + 1n) await this.#fill(stream, known, first);
    if (known.isSoftDeleted) this.#streams.noteRevival(known);
    known.last = first + BigInt(count) - 1n;
  }

  /**
   * Copies metadata. Where the target has got as far by itself, through a revival or because of
   * placeholders, it is written only if it says something else.
   */
  async metadata(event: RawEvent): Promise<void> {
    const stream = userStreamOf(event.stream);
    const known = await this.#streams.of(stream);
    if (event.revision <= known.metadataLast) {
      const current = await this.#streams.metadataOf(stream);
      if (current !== null && saysTheSame(current, event.data)) return;
    }
    await this.#fillMetadata(stream, known, event.revision);
    if (isSoftDelete(event.data) && known.isSoftDeleted) {
      // Appended, it would count as a write to a deleted stream and revive it.
      await this.appends.drain();
      await this.target.softDelete(stream);
      known.metadataLast += 1n;
      return;
    }
    await this.#writeMetadata(stream, known, event);
    if (known.last >= 0n && !known.isSoftDeleted) await this.#hideAgain(stream, known);
  }

  async tombstone({ stream }: RawEvent): Promise<void> {
    await this.appends.drain();
    const isDone = await this.target.tombstone(stream);
    if (!isDone) throw new AppendRefused({ kind: 'stream-deleted', stream });
  }

  /** Puts placeholders where the source has no events any more. */
  async #fill(stream: string, known: TargetStream, first: bigint): Promise<void> {
    const { isSoftDeleted } = known;
    // Before they are there, so that nobody ever sees them. A revival would undo it, though.
    if (!isSoftDeleted) await this.#hide(stream, known, first);
    while (known.last + 1n < first) {
      const after = known.last;
      const end = after + groupEvents < first ? after + groupEvents + 1n : first;
      const events: ProposedRaw[] = [];
      for (let revision = after + 1n; revision < end; revision += 1n) {
        events.push(placeholder(stream, revision));
      }
      await this.appends.add({ stream, after, events });
      known.last = end - 1n;
    }
    if (isSoftDeleted) {
      this.#streams.noteRevival(known);
      await this.#hide(stream, known, first);
    }
  }

  async #hide(stream: string, known: TargetStream, before: bigint): Promise<void> {
    const current = await this.#streams.metadataOf(stream);
    if (truncatedBefore(current) >= before) return;
    const data = withTruncation(current, before);
    const own = ownMetadata(metadataStreamOf(stream), known.metadataLast + 1n, data);
    await this.#writeMetadata(stream, known, own);
  }

  /** Metadata that lifts a limit would show the placeholders. */
  async #hideAgain(stream: string, known: TargetStream): Promise<void> {
    await this.appends.drain();
    const isPlaceholder = async (revision: bigint): Promise<boolean> => {
      const look = await this.target.lookAt({ stream, from: revision });
      return look.kind === 'event' && look.event.revision === revision && isOwn(look.event);
    };
    const first = await this.target.lookAt({ stream });
    if (first.kind !== 'event' || !isOwn(first.event)) return;
    // They stand at the beginning, so the first event that is none is found by halving.
    let low = first.event.revision + 1n;
    let high = known.last;
    while (low < high) {
      const middle = (low + high) / 2n;
      if (await isPlaceholder(middle)) low = middle + 1n;
      else high = middle;
    }
    await this.#hide(stream, known, low);
  }

  /** Metadata that the source has lost is replaced by what holds anyway. */
  async #fillMetadata(stream: string, known: TargetStream, upTo: bigint): Promise<void> {
    while (known.metadataLast + 1n < upTo) {
      const data = (await this.#streams.metadataOf(stream)) ?? noMetadata;
      const own = ownMetadata(metadataStreamOf(stream), known.metadataLast + 1n, data);
      await this.#writeMetadata(stream, known, own);
    }
  }

  async #writeMetadata(stream: string, known: TargetStream, event: ProposedRaw): Promise<void> {
    const after = known.metadataLast;
    await this.appends.add({ stream: metadataStreamOf(stream), after, events: [event] });
    const isRevived = known.isSoftDeleted;
    known.metadataLast += 1n;
    known.metadata = event.data;
    if (isRevived) this.#streams.noteRevival(known);
    else known.isSoftDeleted = isSoftDelete(event.data);
  }
}

const saysTheSame = (one: Uint8Array, other: Uint8Array): boolean => {
  const canonical = canonicalMetadata(one);
  return canonical !== null && canonical === canonicalMetadata(other);
};
