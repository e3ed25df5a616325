/**
 * What is remembered from one step of a sign-in at a provider to the next. Each step is good once,
 * soon over, and known by a secret that only the other side has.
 */

import * as t from 'io-ts';
import { nullable, oneOf, text } from '../../domain/shared/codecs.js';
import { ReferralCode, UserId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { ExternalProvider } from '../../domain/user/index.js';

/** One kind of step: what is remembered, and for how long. */
export interface TicketKind<Content> {
  readonly name: 'visit' | 'nonce' | 'hand-over';
  readonly ttlSeconds: number;
  readonly codec: t.Type<Content, unknown, unknown>;
}

/** A browser was sent to a provider's page; its secret is the `state`. */
export const VisitTicket = t.strict({
  provider: ExternalProvider,
  /** Where the browser goes in the end; `null`: to our own pages. */
  returnTo: nullable(t.string),
  /** SHA-256 in base64url of what the hand-over is shown with; `null`: of the browser's secret. */
  challenge: nullable(text('Challenge', { minLength: 43, maxLength: 43 })),
  referralCode: nullable(ReferralCode),
});
export type VisitTicket = t.TypeOf<typeof VisitTicket>;

/** An app asks a provider for an ID token; its secret is the `nonce`. */
export const NonceTicket = t.strict({ provider: ExternalProvider });

/** Somebody came in by a browser, and the tokens are not fetched yet. */
export const HandOverTicket = t.strict({
  userId: UserId,
  flow: oneOf('SocialFlow', ['LOGIN', 'REGISTER']),
  /** What became of the referral code that came along. */
  invitation: oneOf('SocialInvitation', ['none', 'accepted', 'refused']),
  /** Where the registration is in the log. */
  position: nullable(t.string),
});
export type HandOverTicket = t.TypeOf<typeof HandOverTicket>;

const minutes = 60;

/** Long enough to type a password and look for the second factor. */
export const visits: TicketKind<VisitTicket> = {
  name: 'visit',
  ttlSeconds: 10 * minutes,
  codec: VisitTicket,
};
export const nonces: TicketKind<t.TypeOf<typeof NonceTicket>> = {
  name: 'nonce',
  ttlSeconds: 10 * minutes,
  codec: NonceTicket,
};
/** Programs fetch it, not people; it has been in an address. */
export const handOvers: TicketKind<HandOverTicket> = {
  name: 'hand-over',
  ttlSeconds: 2 * minutes,
  codec: HandOverTicket,
};

export interface IssuedTicket {
  readonly secret: string;
  readonly expiresAt: Instant;
}

export type TicketRedemption<Content> =
  | { readonly kind: 'redeemed'; readonly content: Content }
  /** `unknown`: never issued, of another kind, or shown with another proof. */
  | { readonly kind: 'used' | 'expired' | 'unknown' };

export interface SocialTickets {
  /**
   * @param proofHash SHA-256 in base64url of a text that has to come with the secret, so that who
   *   has seen the one (it is in an address) has not got the other; `null` when none has to.
   */
  issue<Content>(
    kind: TicketKind<Content>,
    ticket: { readonly content: Content; readonly proofHash: string | null },
  ): Promise<IssuedTicket>;
  /** Of several who come with the same ticket, one redeems it. A wrong proof uses nothing up. */
  redeem<Content>(
    kind: TicketKind<Content>,
    shown: { readonly secret: string; readonly proof: string | null },
  ): Promise<TicketRedemption<Content>>;
}
