import type { IdentifiedPrincipal } from '../http/principal.js';

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** Makes the tokens that callers show with every request. */
export interface AccessTokens {
  issueToken(principal: IdentifiedPrincipal): Promise<IssuedToken>;
}
