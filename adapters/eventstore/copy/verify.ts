/** Reads both logs once more and compares them, event for event, in bounded memory. */
import { createHash } from 'node:crypto';
import { type Beside, type Comparison, LogComparison } from './compare.js';
import { Cursor } from './cursor.js';
import { isTombstone, type LogPosition, type RawEvent } from './event.js';
import { canonicalMetadata, metadataType } from './metadata.js';
import type { Server } from './server.js';
import { isMetadataStream } from './streams.js';

/** What one side holds of the events that both should hold. */
export interface LogDigest {
  readonly events: number;
  /** SHA-256 of the events in their order, hexadecimal. */
  readonly digest: string;
}

export interface Verification {
  readonly result: Comparison;
  readonly source: LogDigest;
  readonly target: LogDigest;
  readonly beside: Beside;
}

export interface VerifyOptions {
  readonly source: Server;
  readonly target: Server;
  /** The last position of the source that counts. */
  readonly to: LogPosition;
  readonly signal: AbortSignal;
  readonly onPair: (source: RawEvent) => void;
}

/** @throws ServerTrouble */
export const verify = async (options: VerifyOptions): Promise<Verification> => {
  const source = await Cursor.open(options.source, { to: options.to });
  const target = await Cursor.open(options.target, {});
  const walk = new LogComparison(source, target);
  const digests = { source: new Digest(), target: new Digest() };
  const result = await walk.run({
    signal: options.signal,
    mayEndEarly: false,
    onPair: (ours, theirs) => {
      digests.source.add(ours);
      digests.target.add(theirs);
      options.onPair(ours);
    },
  });
  await source.close();
  await target.close();
  return {
    result,
    source: digests.source.result(),
    target: digests.target.result(),
    beside: walk.beside,
  };
};

class Digest {
  readonly #hash = createHash('sha256');
  #events = 0;

  add(event: RawEvent): void {
    this.#events += 1;
    for (const part of partsOf(event)) {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
      this.#hash.update(`${bytes.length}\n`).update(bytes);
    }
  }

  result(): LogDigest {
    return { events: this.#events, digest: this.#hash.digest('hex') };
  }
}

/** All that has to be the same on both sides: see `compare.ts` for what has not. */
const partsOf = (event: RawEvent): readonly (string | Uint8Array)[] => {
  const { stream, type, contentType, metadata } = event;
  if (isTombstone(event)) return [stream, type];
  const canonical =
    isMetadataStream(stream) && type === metadataType ? canonicalMetadata(event.data) : null;
  if (canonical !== null) return [stream, type, contentType, canonical, metadata];
  return [stream, type, contentType, event.data, metadata, event.id, String(event.revision)];
};
