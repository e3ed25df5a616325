/** Writes that need a look at how the target stands: see `special-streams.ts`. */
import { AppendRefused, type Appends } from './appends.js';
import type { ProposedRaw, RawEvent } from './event.js';
import { isHidden, isPast } from './hidden.js';
import {
  canonicalMetadata,
  firstVisible,
  isSoftDelete,
  truncatedBefore,
  withTruncation,
} from './metadata.js';
import { ownMetadata, placeholder } from './own-events.js';
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
    readonly source: Server,
    readonly target: Server,
    readonly appends: Appends,
  ) {
    this.#streams = new TargetStreams(target, appends);
  }

  /**
   * Brings a stream to where these events of it can be appended.
   *
   * @returns them, without those that the target has had already, and given up since.
   */
  async prepare(stream: string, events: readonly RawEvent[]): Promise<readonly RawEvent[]> {
    const known = await this.#streams.of(stream);
    const { last } = known;
    const missing: RawEvent[] = [];
    for (const event of events) {
      if (event.revision > last || !(await this.#isGivenUp(event))) missing.push(event);
    }
    const [first] = missing;
    if (first === undefined) return missing;
    if (first.revision <= last) throw new AppendRefused({ kind: 'wrong-revision', stream, last });
    if (first.revision > last + 1n) await this.#fill(stream, known, first.revision);
    if (known.isSoftDeleted) this.#streams.noteRevival(known);
    known.last = missing.at(-1)?.revision ?? first.revision;
    return missing;
  }

  /** Hidden on both sides, and the target's scavenge came first. */
  async #isGivenUp(event: RawEvent): Promise<boolean> {
    return (await isPast(this.target, event)) && (await isHidden(this.source, event));
  }

  /** Copies metadata, unless the target has written the same by itself, through a revival. */
  async metadata(event: RawEvent): Promise<void> {
    const stream = userStreamOf(event.stream);
    const known = await this.#streams.of(stream);
    if (known.isRevived) {
      known.isRevived = false;
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
    if (!known.isSoftDeleted) await this.#hideWhatIsGone(stream, known, event);
  }

  async tombstone({ stream }: RawEvent): Promise<void> {
    await this.appends.drain();
    const isDone = await this.target.tombstone(stream);
    if (!isDone) throw new AppendRefused({ kind: 'stream-deleted', stream });
  }

  /** Puts placeholders where the source has no events any more. */
  async #fill(stream: string, known: TargetStream, first: bigint): Promise<void> {
    const { isSoftDeleted } = known;
    const isHidden = await this.#isHiddenBySource(stream, first);
    // Before they are there, so that nobody ever sees them. A revival would undo it, though.
    if (!isHidden && !isSoftDeleted) await this.#hide(stream, known, first);
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
    if (isSoftDeleted) this.#streams.noteRevival(known);
    if (isSoftDeleted && !isHidden) await this.#hide(stream, known, first);
  }

  /** Whether metadata of the source, now or when all of it is copied, hides what is before. */
  async #isHiddenBySource(stream: string, before: bigint): Promise<boolean> {
    const last = await this.source.lookAt({ stream, backwards: true });
    const name = metadataStreamOf(stream);
    const metadata = await this.source.lookAt({ stream: name, backwards: true });
    if (last.kind === 'deleted') return true;
    const data = metadata.kind === 'event' ? metadata.event.data : null;
    return firstVisible(data, last.kind === 'event' ? last.event.revision : -1n) >= before;
  }

  async #hide(stream: string, known: TargetStream, before: bigint): Promise<void> {
    const current = await this.#streams.metadataOf(stream);
    if (truncatedBefore(current) >= before) return;
    const data = withTruncation(current, before);
    const own = ownMetadata(metadataStreamOf(stream), known.metadataLast + 1n, data);
    await this.#writeMetadata(stream, known, own);
  }

  /**
   * What the source does not show although its metadata would, is gone there or has expired. The
   * target may hold it, or a placeholder for it, and would show that.
   */
  async #hideWhatIsGone(stream: string, known: TargetStream, event: RawEvent): Promise<void> {
    const first = await this.source.lookAt({ stream });
    if (first.kind !== 'event' || first.event.revision === 0n) return;
    const name = metadataStreamOf(stream);
    const metadata = await this.source.lookAt({ stream: name, backwards: true });
    // Only the last metadata of the source says what its readers see.
    if (metadata.kind !== 'event' || metadata.event.id !== event.id) return;
    const before = first.event.revision;
    const isExplained = await this.#isHiddenBySource(stream, before);
    if (!isExplained) await this.#hide(stream, known, before);
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
    const { isSoftDeleted } = known;
    known.isRevived = false;
    known.metadataLast += 1n;
    known.metadata = event.data;
    if (isSoftDeleted) this.#streams.noteRevival(known);
    else known.isSoftDeleted = isSoftDelete(event.data);
  }
}

const saysTheSame = (one: Uint8Array, other: Uint8Array): boolean => {
  const canonical = canonicalMetadata(one);
  return canonical !== null && canonical === canonicalMetadata(other);
};
