import type { EmailAddress } from '../../domain/shared/identifier.js';
import type { ExternalProvider } from '../../domain/user/index.js';

/** Somebody as a provider knows them. */
export interface ExternalIdentity {
  readonly provider: ExternalProvider;
  /** The provider's own id of the person. It stays, while addresses move to others (AUTH-8). */
  readonly subject: string;
  /** An address that the provider vouches for as of today; `null` when there is none. */
  readonly vouchedEmail: EmailAddress | null;
}

/** `why` is for the log; callers are told the kind. */
export type IdentityCheck =
  | { readonly kind: 'identified'; readonly identity: ExternalIdentity }
  | { readonly kind: 'refused'; readonly why: string }
  /** The provider does not answer, or not as it should: that says nothing about the person. */
  | { readonly kind: 'unavailable'; readonly why: string }
  /** Not offered by this installation. */
  | { readonly kind: 'unsupported' };

export interface ShownToken {
  readonly idToken: string;
  /** The one that we gave out for this sign-in, as we gave it out. */
  readonly nonce: string;
}

/** What belongs to one visit to the provider's page. */
export interface Visit {
  readonly nonce: string;
  /** Ours alone until the code is redeemed; the provider gets its hash before (RFC 7636). */
  readonly codeVerifier: string;
}

/** Signing in with an account at Google or Apple (integrations §7). Nothing here rejects. */
export interface ExternalIdentities {
  /** Whether apps may show ID tokens, and whether browsers may be sent to the provider's page. */
  offers(provider: ExternalProvider): { readonly apps: boolean; readonly browsers: boolean };
  /** Checks the ID token that an app got from the provider by itself. */
  check(provider: ExternalProvider, shown: ShownToken): Promise<IdentityCheck>;
  /** Where a browser goes to sign in; `null` when browsers may not. */
  pageFor(provider: ExternalProvider, visit: Visit & { readonly state: string }): string | null;
  /** Exchanges the code that a browser came back with. A code is good for one try. */
  redeem(
    provider: ExternalProvider,
    visit: Visit & { readonly code: string },
  ): Promise<IdentityCheck>;
}
