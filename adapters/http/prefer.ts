/** `Prefer: wait=N` (RFC 7240 §4.3): how many seconds the client lets us wait. */

const waitPattern = /^wait\s*=\s*"?(\d{1,9})"?$/i;

/**
 * Seconds of the first `wait` preference, never more than `secondsMax`; `null` when there is none.
 * Preferences that are unknown or garbled are ignored, as the RFC asks.
 */
export const parseWait = (prefer: string, secondsMax: number): number | null => {
  for (const preference of prefer.split(',')) {
    const [token = ''] = preference.split(';');
    const match = waitPattern.exec(token.trim());
    if (match?.[1] !== undefined) return Math.min(Number(match[1]), secondsMax);
  }
  return null;
};
