import type { Instant } from '../../domain/shared/instant.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import type { FieldHashes } from './request-fingerprint.js';
import type { WireAnswer } from './wire-answer.js';

/** Which wish a key stands for: one caller, one operation, one key. */
export interface KeyedRequest {
  /** Caller and operation. */
  readonly scope: string;
  readonly key: string;
  readonly fields: FieldHashes;
}

export interface ClaimTimes {
  readonly now: Instant;
  /** After this the claim is void, because its holder must have crashed. */
  readonly claimSeconds: number;
  /** How long the answer is kept. */
  readonly retentionSeconds: number;
}

/** Right to execute the request of a key, and to say what its answer was. */
export interface Claim {
  readonly scope: string;
  readonly key: string;
  /** Tells this attempt from one that took over after it. */
  readonly attempt: string;
}

export type ClaimOutcome =
  | { readonly kind: 'ours'; readonly claim: Claim }
  | { readonly kind: 'answered'; readonly fields: FieldHashes; readonly answer: WireAnswer }
  | { readonly kind: 'in-progress'; readonly fields: FieldHashes };

/**
 * Remembers what was answered to which Idempotency-Key.
 *
 *     (nothing)   → CLAIMED    the first request comes.
 *     CLAIMED     → ANSWERED   it was answered with something that will not change.
 *     CLAIMED     → (nothing)  it failed in a way that says nothing: it may be tried again.
 *     CLAIMED     → CLAIMED    the claim's time is over (a crash); the same request took over.
 *     ANSWERED    → (nothing)  the retention is over.
 *
 * Executing twice is harmless, since both attempts are the same command (`commandId`); the store
 * only sees to it that the answers are the same, too.
 */
export interface IdempotencyStore {
  claim(request: KeyedRequest, times: ClaimTimes): Promise<ClaimOutcome>;
  /** Keeps the answer, unless another attempt was faster. */
  keep(claim: Claim, answer: WireAnswer): Promise<void>;
  /** Gives the claim back. */
  release(claim: Claim): Promise<void>;
  /** Forgets what is past its retention; answers how many keys that were. */
  purge(now: Instant): Promise<number>;
}

interface Entry {
  readonly fields: FieldHashes;
  readonly attempt: string;
  readonly claimedUntil: Instant;
  readonly expiresAt: Instant;
  readonly answer: WireAnswer | null;
}

/** Keeps keys in memory: for tests. */
export const memoryIdempotencyStore = (): IdempotencyStore => {
  const entries = new Map<string, Entry>();
  let attempts = 0;
  const nameOf = ({ scope, key }: { scope: string; key: string }): string => `${scope}\n${key}`;
  const ownEntry = (claim: Claim): Entry | null => {
    const entry = entries.get(nameOf(claim));
    return entry?.attempt === claim.attempt && entry.answer === null ? entry : null;
  };
  return {
    claim: async (request, { now, claimSeconds, retentionSeconds }) => {
      const name = nameOf(request);
      const entry = entries.get(name);
      if (entry !== undefined && entry.expiresAt > now) {
        const { fields, answer, claimedUntil } = entry;
        if (answer !== null) return { kind: 'answered', fields, answer };
        const isSame = JSON.stringify(fields) === JSON.stringify(request.fields);
        if (claimedUntil > now || !isSame) return { kind: 'in-progress', fields };
      }
      attempts += 1;
      const attempt = String(attempts);
      const claimedUntil = plusSeconds(now, claimSeconds);
      const expiresAt = plusSeconds(now, retentionSeconds);
      const { scope, key, fields } = request;
      entries.set(name, { fields, attempt, claimedUntil, expiresAt, answer: null });
      return { kind: 'ours', claim: { scope, key, attempt } };
    },
    keep: async (claim, answer) => {
      const entry = ownEntry(claim);
      if (entry !== null) entries.set(nameOf(claim), { ...entry, answer });
    },
    release: async (claim) => {
      if (ownEntry(claim) !== null) entries.delete(nameOf(claim));
    },
    purge: async (now) => {
      const old = [...entries].filter(([, { expiresAt }]) => expiresAt <= now);
      for (const [name] of old) entries.delete(name);
      return old.length;
    },
  };
};
