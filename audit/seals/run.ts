import * as E from 'fp-ts/lib/Either.js';
import {
  chainStart,
  fromHex,
  leafOf,
  type SealData,
  type Sha256,
  sealHash,
  sealStream,
  signedBytes,
} from '../../domain/seal/index.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import type { SealVerifier } from '../../ports/seal-keys.js';
import { type CheckRun, nothing } from '../check.js';
import { type Finding, nowhere, placeOf } from '../finding.js';
import type { Audited } from '../pass.js';
import type { NotedSeal } from './noted.js';
import { checkStretch, fingerprintsIn, fingerprintsOf } from './stretch-check.js';
import { UnsealedEvents } from './unsealed.js';

/** What a look at the seals found besides findings. */
export interface SealStory {
  /** Number of the last seal; 0 when there is none. */
  readonly seals: number;
  /** Events that are as they were sealed. */
  readonly sealedEvents: number;
  /** Events behind the last seal: nothing speaks for them yet. */
  readonly unsealedEvents: number;
  /**
   * Seals whose events have the order and the bytes that were sealed, at other positions. Stores
   * give positions, so the log is a copy of the one that was sealed.
   */
  readonly copiedSeals: number;
}

export interface SealCheckOptions {
  readonly sha256: Sha256;
  readonly keys: SealVerifier;
  /** `null` when only a part of the log is looked at: nothing is said about its end then. */
  readonly end: { readonly now: Instant; readonly intervalSeconds: number } | null;
  /** A seal that must be there. */
  readonly noted: NotedSeal | null;
  /** Told at the end of the log. */
  readonly onEnd: (story: SealStory) => void;
}

/** How much longer than the interval an event may wait before somebody should look. */
const graceSeconds = 60;

/** One walk along the chain of seals, event by event. */
export class SealRun implements CheckRun {
  readonly #events = new UnsealedEvents();
  #number = chainStart.number;
  #sealedTotal = chainStart.sealedTotal;
  #hash: string | null = chainStart.hash;
  /** Seals before this one say nothing that can be believed, and that was told. */
  #isBroken = false;
  /** Whether the last sound seal found its events where they were sealed. */
  #isPlaced = false;
  #soundEvents = 0;
  #copiedSeals = 0;
  #isNotedSeen = false;
  readonly #unknownKeys = new Set<string>();

  constructor(readonly options: SealCheckOptions) {}

  see({ recorded, logged }: Audited): readonly Finding[] {
    const { sha256 } = this.options;
    if (recorded.stream !== sealStream) {
      this.#events.add(leafOf(sha256, recorded), recorded);
      return nothing;
    }
    const hash = sealHash(sha256, recorded);
    const isSeal = E.isRight(logged) && logged.right.category === 'seal';
    const findings = isSeal
      ? this.#seeSeal(recorded, logged.right.event.data, hash)
      : this.#seeUnreadable(recorded);
    return findings;
  }

  #seeUnreadable(recorded: RecordedEvent): readonly Finding[] {
    this.#number += 1;
    this.#hash = sealHash(this.options.sha256, recorded);
    this.#isBroken = true;
    return [about(recorded, 'seal-unreadable', `seal ${this.#number}`, 'what is no seal')];
  }

  #seeSeal(recorded: RecordedEvent, seal: SealData, hash: string): readonly Finding[] {
    const next = this.#number + 1;
    if (seal.number < next) {
      const found = `seal ${seal.number} once more`;
      return [about(recorded, 'seal-out-of-order', `seal ${next}`, found)];
    }
    const findings = [
      ...this.#checkNoted(recorded, seal, hash),
      ...this.#checkOrder(recorded, seal),
      ...this.#checkSignature(recorded, seal),
    ];
    this.#number = seal.number;
    this.#hash = hash;
    // What a seal says that nobody has signed is not held against the events.
    if (findings.some(({ code }) => code === 'seal-signature-invalid')) {
      this.#isBroken = true;
      return findings;
    }
    return [...findings, ...this.#skip(seal), ...this.#checkEvents(seal)];
  }

  #checkNoted(recorded: RecordedEvent, seal: SealData, hash: string): readonly Finding[] {
    const { noted } = this.options;
    if (noted?.number !== seal.number) return nothing;
    this.#isNotedSeen = true;
    if (noted.hash === hash) return nothing;
    const expected = `the seal ${seal.number} that was noted, ${noted.hash}`;
    return [about(recorded, 'noted-seal-differs', expected, hash)];
  }

  #checkOrder(recorded: RecordedEvent, seal: SealData): readonly Finding[] {
    const next = this.#number + 1;
    if (seal.number > next) {
      this.#isBroken = true;
      const missing = seal.number === next + 1 ? `seal ${next}` : `seals from ${next} on`;
      return [about(recorded, 'seal-missing', missing, `seal ${seal.number}`)];
    }
    const isNext =
      seal.previous === this.#hash && (this.#isBroken || seal.sealedBefore === this.#sealedTotal);
    if (isNext) return nothing;
    const found = 'a seal that follows another one';
    return [about(recorded, 'seal-chain-broken', `the seal after ${this.#number} as it is`, found)];
  }

  #checkSignature(recorded: RecordedEvent, seal: SealData): readonly Finding[] {
    const { keyId, signature } = seal;
    const outcome = this.options.keys.verify(keyId, signedBytes(seal), fromHex(signature));
    if (outcome === 'valid') return nothing;
    if (outcome === 'invalid') {
      const expected = `a signature of seal ${seal.number} by key ${keyId}`;
      return [about(recorded, 'seal-signature-invalid', expected, 'one of something else')];
    }
    // All seals of a key that nobody gave us are one finding.
    if (this.#unknownKeys.has(keyId)) return nothing;
    this.#unknownKeys.add(keyId);
    const expected = `the public key ${keyId}, which signed seal ${seal.number} and perhaps more`;
    return [about(recorded, 'seal-key-unknown', expected, 'it is not among those that were given')];
  }

  /** Lets go of events whose own seal is gone or worth nothing. */
  #skip(seal: SealData): readonly Finding[] {
    if (!this.#isBroken) return nothing;
    this.#isBroken = false;
    const sealed = new Set(fingerprintsIn(seal));
    const first = fingerprintsOf(this.#events).findIndex((each) => sealed.has(each));
    const missed = Math.max(0, seal.sealedBefore - this.#sealedTotal);
    const skipped = first >= 0 ? first : Math.min(missed, this.#events.count);
    if (skipped === 0) return nothing;
    const place = this.#events.placeAt(0);
    const found = `${skipped} events up to position ${this.#events.placeAt(skipped - 1).position}`;
    this.#events.drop(skipped);
    return [{ code: 'events-unproven', place, expected: 'a sound seal over them', found }];
  }

  #checkEvents(seal: SealData): readonly Finding[] {
    const events = this.#events;
    const checked = { seal, events, isPlaced: this.#isPlaced };
    const { findings, taken, isPlaced } = checkStretch(this.options.sha256, checked);
    events.drop(taken);
    this.#sealedTotal = seal.sealedBefore + seal.count;
    this.#isPlaced = isPlaced;
    if (findings.length > 0) return findings;
    this.#soundEvents += seal.count;
    if (!isPlaced) this.#copiedSeals += 1;
    return nothing;
  }

  end(): readonly Finding[] {
    this.options.onEnd({
      seals: this.#number,
      sealedEvents: this.#soundEvents,
      unsealedEvents: this.#events.count,
      copiedSeals: this.#copiedSeals,
    });
    return [...this.#checkTail(), ...this.#checkNotedEnd()];
  }

  #checkTail(): readonly Finding[] {
    const { end } = this.options;
    if (end === null || this.#events.count === 0) return nothing;
    const recordedAt = this.#events.recordedAt(0);
    if (plusSeconds(recordedAt, end.intervalSeconds + graceSeconds) >= end.now) return nothing;
    const expected = `a seal within ${end.intervalSeconds} seconds`;
    const found = `${this.#events.count} events without one, the oldest since ${recordedAt}`;
    return [{ code: 'sealing-overdue', place: this.#events.placeAt(0), expected, found }];
  }

  #checkNotedEnd(): readonly Finding[] {
    const { noted, end } = this.options;
    if (noted === null || end === null || this.#isNotedSeen) return nothing;
    const expected = `seal ${noted.number}, which was noted`;
    const found = this.#number < noted.number ? `the last seal is ${this.#number}` : 'it is gone';
    return [{ code: 'noted-seal-missing', place: nowhere, expected, found }];
  }
}

const about = (
  recorded: RecordedEvent,
  code: string,
  expected: string,
  found: string,
): Finding => ({ code, place: placeOf(recorded), expected, found });
