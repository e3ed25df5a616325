/** How long a provider is waited for; a test has less patience. */
export interface IdentityLimits {
  /** From the question for the published keys to the end of the answer. */
  readonly keysMs: number;
  /** A token with a key that nobody knows has the keys asked for at most this often. */
  readonly keyCooldownMs: number;
  /** From sending a code to the end of the answer. */
  readonly exchangeMs: number;
}

export const identityLimits: IdentityLimits = {
  keysMs: 5_000,
  keyCooldownMs: 30_000,
  exchangeMs: 10_000,
};
