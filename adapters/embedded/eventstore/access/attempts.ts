/**
 * Counts wrong passwords, by user name and by the address they came from, so that guessing is
 * slow for whoever guesses and nobody else notices. An attempt counts as wrong from its beginning
 * and is forgiven when it turns out right: many at once are no way around.
 */
import { LOGIN_ATTEMPTS_MAX, LOGIN_PAUSE_MS, LOGIN_SOURCES_MAX } from '../limits.js';

interface Source {
  attempts: number;
  /** Of the last attempt, milliseconds since the epoch. */
  lastMs: number;
}

export class Attempts {
  /** In order of the last attempt, the oldest first. */
  private readonly sources = new Map<string, Source>();

  /** @param clock milliseconds since the epoch */
  constructor(private readonly clock: () => number) {}

  /** Notes an attempt, or answers false if its source has to wait. */
  begin(source: string): boolean {
    const now = this.clock();
    const known = this.sources.get(source);
    const isFresh = known === undefined || now - known.lastMs >= LOGIN_PAUSE_MS;
    const attempts = isFresh ? 0 : known.attempts;
    if (attempts >= LOGIN_ATTEMPTS_MAX) return false;
    this.sources.delete(source);
    this.sources.set(source, { attempts: attempts + 1, lastMs: now });
    const [oldest] = this.sources.keys();
    if (this.sources.size > LOGIN_SOURCES_MAX && oldest !== undefined) this.sources.delete(oldest);
    return true;
  }

  /** The attempt was right. */
  forgive(source: string): void {
    this.sources.delete(source);
  }
}
