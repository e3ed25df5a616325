import type { ExternalIdentities } from '../../../ports/accounts/external-identity.js';

/** Where browsers reach us, and where they may be sent in the end. */
export interface SocialSite {
  /** Origin of the API as browsers see it: `https://api.example`. */
  readonly publicUrl: string;
  /** Whole addresses; nobody is sent to any other one. */
  readonly returnUrls: readonly string[];
}

export interface SocialTools {
  readonly identities: ExternalIdentities;
  /** `null`: it is not configured, so apps sign in and browsers do not. */
  readonly site: SocialSite | null;
}
