import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import type { Pass } from '../../ports/accounts/session-gate.js';
import { accessTokenSecondsMax } from '../http/tokens.js';
import type { Revocation } from './revocations.js';

/** What was revoked, for as long as an access token from before may still be good. */
export interface RevocationList {
  add(revocation: Revocation, revokedAt: Instant): void;
  has(pass: Pass): boolean;
  /** Forgets what no token can be affected by any more, and that there was no room. */
  sweep(now: Instant): void;
  /** Since the last sweep, something was not added for want of room. */
  isFull(): boolean;
}

interface Voided {
  readonly issuedUpTo: Instant;
  readonly until: Instant;
}

const nameOf = ({ kind, id }: AccountHolder): string => `${kind}:${id}`;

export const createRevocationList = (lengthMax: number): RevocationList => {
  /** Until when the revocation counts, by session. */
  const sessions = new Map<string, Instant>();
  const holders = new Map<string, Voided>();
  let isFull = false;

  const hasRoomFor = (isKnown: boolean): boolean => {
    if (isKnown || sessions.size + holders.size < lengthMax) return true;
    isFull = true;
    return false;
  };

  return {
    add: (revocation, revokedAt) => {
      const until = plusSeconds(revokedAt, accessTokenSecondsMax);
      if (revocation.kind === 'session') {
        const { sessionId } = revocation;
        if (hasRoomFor(sessions.has(sessionId))) sessions.set(sessionId, until);
        return;
      }
      const { issuedUpTo } = revocation;
      const name = nameOf(revocation.holder);
      const known = holders.get(name);
      // What two instances tell may come in any order; the later moment voids more.
      if (known !== undefined && known.issuedUpTo >= issuedUpTo) return;
      if (hasRoomFor(known !== undefined)) holders.set(name, { issuedUpTo, until });
    },
    has: ({ sessionId, holder, issuedAt }) => {
      if (sessionId !== null) return sessions.has(sessionId);
      const voided = holders.get(nameOf(holder));
      return voided !== undefined && issuedAt <= voided.issuedUpTo;
    },
    sweep: (now) => {
      for (const [sessionId, until] of sessions) if (until <= now) sessions.delete(sessionId);
      for (const [name, { until }] of holders) if (until <= now) holders.delete(name);
      isFull = false;
    },
    isFull: () => isFull,
  };
};
