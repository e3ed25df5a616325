import {
  type ChainEnd,
  endAfter,
  nextSeal,
  type SealData,
  type Sha256,
  Stretch,
  sealEvents,
  sealStream,
  signatureOf,
  signedBytes,
} from '../../domain/seal/index.js';
import { type Instant, isBefore, plusSeconds } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import type { EventStore, LogItem, Position, RecordedEvent } from '../../ports/event-store.js';
import { holdsFacts } from '../../ports/facts.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import type { SealSigner } from '../../ports/seal-keys.js';
import { proposeEvent } from '../propose.js';
import { type Beginning, sealIn } from './beginning.js';

/** When a seal is due: whichever comes first. */
export interface SealLimits {
  /** Longest time that an event waits for its seal while sealing runs. */
  readonly intervalSeconds: number;
  /** Most events under one seal. */
  readonly eventsMax: number;
}

export interface SealingTools {
  readonly store: Pick<EventStore, 'append' | 'readLast' | 'readStream' | 'subscribeLog'>;
  readonly signer: SealSigner;
  readonly sha256: Sha256;
  readonly limits: SealLimits;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** `overtaken`: somebody else has sealed meanwhile, so the chain is to be read anew. */
export type SealingOutcome = 'goes-on' | 'overtaken';

/** Who seals, in the metadata of seals. */
const actor = { kind: 'system', id: 'sealing' } as const;

/** Takes the events of the log in their order and puts a seal behind each stretch of them. */
export class Sealer {
  #end: ChainEnd;
  #upTo: Position | null;
  #stretch: Stretch;
  /** Since when the oldest event of the stretch waits. */
  #waitsSince: Instant | null = null;
  #isCaughtUp = false;

  constructor(
    readonly tools: SealingTools,
    { end, after }: Beginning,
  ) {
    this.#end = end;
    this.#upTo = after;
    this.#stretch = new Stretch(tools.sha256);
  }

  /** When the next seal is due, however few events it has; `null` while nothing waits for one. */
  get dueAt(): Instant | null {
    // Of a log that is still being caught up with, only full stretches are sealed.
    if (this.#waitsSince === null || !this.#isCaughtUp) return null;
    return plusSeconds(this.#waitsSince, this.tools.limits.intervalSeconds);
  }

  async take(item: LogItem): Promise<SealingOutcome> {
    if (item.kind === 'caught-up') this.#isCaughtUp = true;
    if (item.kind !== 'event') return 'goes-on';
    const { event } = item;
    // The chain holds seals together by itself, so none is under another one.
    if (event.stream === sealStream) {
      return event.revision < BigInt(this.#end.number) ? 'goes-on' : 'overtaken';
    }
    // Of what stands beside the facts the store keeps the latest only: no seal over it would hold.
    if (!holdsFacts(event.stream)) return 'goes-on';
    if (this.#upTo !== null && event.position <= this.#upTo) return 'goes-on';
    this.#add(event);
    return this.#stretch.count < this.tools.limits.eventsMax ? 'goes-on' : this.seal();
  }

  #add(event: RecordedEvent): void {
    this.#stretch.add(event);
    this.#upTo = event.position;
    const now = this.tools.clock.now();
    this.#waitsSince ??= isBefore(event.recordedAt, now) ? event.recordedAt : now;
  }

  /** Seals what waits for it. The expected revision lets one seal of each number in. */
  async seal(): Promise<SealingOutcome> {
    const facts = this.#stretch.facts();
    if (facts === null) return 'goes-on';
    const { signer, clock } = this.tools;
    const { keyId } = signer;
    const unsigned = nextSeal(this.#end, facts, { keyId, at: clock.now() });
    const signature = signatureOf(signer.sign(signedBytes(unsigned)));
    const stored = await this.#append({ ...unsigned, signature });
    if (stored === null) return 'overtaken';
    this.#end = endAfter(this.tools.sha256, stored, sealIn(stored));
    this.#stretch = new Stretch(this.tools.sha256);
    this.#waitsSince = null;
    this.#tell(unsigned);
    return 'goes-on';
  }

  /** @returns the event as the store has it; `null` when the chain has to be looked at again. */
  async #append(seal: SealData): Promise<RecordedEvent | null> {
    const { store, newId, log } = this.tools;
    // Never derived: of two seals with one id the store would take the second for the first.
    const id = newId();
    const context = { commandId: id, correlationId: id, causationId: id, actor };
    const event = { type: 'LogSealed', data: seal };
    const proposed = proposeEvent(sealEvents, event, { id, context });
    const expected = this.#end.number === 0 ? 'no-stream' : BigInt(this.#end.number - 1);
    const outcome = await store.append(sealStream, expected, [proposed]);
    if (outcome.kind === 'rejected') throw new Error(`the store takes no seal: ${outcome.reason}`);
    if (outcome.kind !== 'done') {
      log.info('a seal was not written, or its answer was lost', { outcome: outcome.kind });
      return null;
    }
    const last = await store.readLast(sealStream);
    return last?.id === id ? last : null;
  }

  #tell({ number, count, toPosition }: Omit<SealData, 'signature'>): void {
    const { log, metrics } = this.tools;
    log.info('the log is sealed', { number, events: count, upTo: toPosition });
    metrics.count('log_seals_total', {}, 1);
    metrics.count('log_sealed_events_total', {}, count);
  }
}
