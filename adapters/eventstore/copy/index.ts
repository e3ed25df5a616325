/**
 * Copies the events of one event store to another, whichever server it is.
 *
 * What is copied, and what differs afterwards: README.md.
 */
import { ConnectionStringUnusable } from '../access.js';
import { AppendRefused, Appends, type Refusal } from './appends.js';
import type { Comparison } from './compare.js';
import { Cursor } from './cursor.js';
import type { LogPosition, RawEvent } from './event.js';
import { type End, Server, ServerTrouble } from './server.js';
import { findSpecialStreams } from './special-streams.js';
import { findStanding, type Standing } from './standing.js';
import { type Verification, verify } from './verify.js';
import { writeRest } from './write.js';

/** What a copy does, one after the other. */
export type CopyStage = 'looking' | 'copying' | 'comparing';

export interface CopyProgress {
  readonly stage: CopyStage;
  /** Positions in the source. Their distances need not be even, but they never go back. */
  readonly done: number;
  readonly total: number;
  /** Events of this stage so far. */
  readonly events: number;
}

export interface CopyRequest {
  /** Connection strings. */
  readonly from: string;
  readonly to: string;
  /** Only compares what is there. */
  readonly verifyOnly?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: CopyProgress) => void;
}

/** What was written before it came to the end that it came to. */
interface Written {
  /** Events that the target got. */
  readonly copied: number;
}

export type CopyResult =
  | (Written & {
      readonly kind: 'same';
      readonly verification: Verification;
      /** Up to where the source was copied. */
      readonly end: LogPosition;
      /** Whether the source has more by now. */
      readonly hasGrown: boolean;
    })
  | (Written & {
      readonly kind: 'different';
      readonly verification: Verification;
      readonly difference: Extract<Comparison, { kind: 'different' }>;
    })
  /** Nothing was written: the target holds events that the source has not, in its streams. */
  | (Written & Extract<Standing, { kind: 'foreign' }>)
  /** The target does not take what comes next. */
  | (Written & { readonly kind: 'refused'; readonly refusal: Refusal })
  /** A server does not answer, or refuses; the same copy may be started again. */
  | (Written & { readonly kind: 'trouble'; readonly end: End; readonly reason: string })
  /** Nothing was tried: the connection string of one end cannot be used. */
  | (Written & { readonly kind: 'unusable'; readonly end: End; readonly reason: string })
  | (Written & { readonly kind: 'stopped' });

/**
 * Copies what the target has not got yet, up to the end that the source has at the start, then
 * compares both. May be repeated at any time, however it ended before.
 */
export const copyEventStore = async (request: CopyRequest): Promise<CopyResult> => {
  const source = serverAt(request.from, 'source');
  if (!(source instanceof Server)) return source;
  const target = serverAt(request.to, 'target');
  if (!(target instanceof Server)) return target;
  const copy = new Copy(request, source, target);
  try {
    return await copy.run();
  } catch (error) {
    const { copied } = copy;
    if (error instanceof AppendRefused) return { kind: 'refused', copied, refusal: error.refusal };
    if (!(error instanceof ServerTrouble)) throw error;
    return { kind: 'trouble', copied, end: error.end, reason: error.message };
  } finally {
    await source.close();
    await target.close();
  }
};

const serverAt = (url: string, end: End): Server | Extract<CopyResult, { kind: 'unusable' }> => {
  try {
    return new Server(url, end);
  } catch (error) {
    if (!(error instanceof ConnectionStringUnusable)) throw error;
    return { kind: 'unusable', copied: 0, end, reason: error.message };
  }
};

class Copy {
  copied = 0;

  constructor(
    readonly request: CopyRequest,
    readonly source: Server,
    readonly target: Server,
  ) {}

  async run(): Promise<CopyResult> {
    const { source, target, request } = this;
    await target.reach();
    const end = await source.reach();
    if (request.verifyOnly !== true) {
      const unfinished = await this.#copy(end);
      if (unfinished !== null) return unfinished;
    }
    return this.#compare(end);
  }

  /** `null` when all of it is written. */
  async #copy(end: LogPosition): Promise<CopyResult | null> {
    const { source, target, copied } = this;
    const { signal } = this.request;
    const looking = this.#teller('looking', end);
    const onHeld = (event: RawEvent): void => looking.passed(1, event);
    const standing = await findStanding({ source, target, to: end, signal, onHeld });
    if (standing.kind !== 'ready') return { ...standing, copied };
    const special = await findSpecialStreams(source, end);
    const appends = new Appends(await target.openAppends());
    const copying = this.#teller('copying', end);
    const onSent = (count: number, last: RawEvent): void => {
      this.copied += count;
      copying.passed(count, last);
    };
    await writeRest({ source: standing.source, target, special, signal, onSent }, appends);
    await standing.source.close();
    appends.close();
    if (signal.aborted) return { kind: 'stopped', copied: this.copied };
    copying.end();
    return null;
  }

  async #compare(end: LogPosition): Promise<CopyResult> {
    const { source, target, copied } = this;
    const { signal } = this.request;
    const comparing = this.#teller('comparing', end);
    const onPair = (event: RawEvent): void => comparing.passed(1, event);
    const verification = await verify({ source, target, to: end, signal, onPair });
    const { result } = verification;
    if (result.kind === 'stopped') return { kind: 'stopped', copied };
    if (result.kind === 'different') {
      return { kind: 'different', copied, verification, difference: result };
    }
    comparing.end();
    return { kind: 'same', copied, verification, end, hasGrown: await hasMore(source, end) };
  }

  #teller(stage: CopyStage, end: LogPosition): Teller {
    const total = Number(end.commit);
    let events = 0;
    const tell = (done: number): void => this.request.onProgress({ stage, done, total, events });
    return {
      passed: (count, { position }) => {
        events += count;
        tell(position === null ? 0 : Number(position.commit));
      },
      end: () => tell(total),
    };
  }
}

interface Teller {
  passed(count: number, last: RawEvent): void;
  /** What comes after the last event is nothing that is copied. */
  end(): void;
}

const hasMore = async (source: Server, end: LogPosition): Promise<boolean> => {
  const rest = await Cursor.open(source, { from: end });
  const isAtEnd = rest.current?.position?.commit === end.commit;
  if (isAtEnd) await rest.advance();
  const { current } = rest;
  await rest.close();
  return current !== null;
};
