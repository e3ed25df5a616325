/** Whether anybody is there to hear the cabinets. */

import type { Client } from 'aedes';

/**
 * Connections of the back end that cabinets' messages are delivered to.
 *
 * No session outlives its connection, so a message that nobody is there to hear would be confirmed
 * and gone. After a restart of the broker the cabinets are often back before the back end is: their
 * messages wait for it, unconfirmed. Who is refused at once would connect again at once, and
 * thousands who do that leave no time for the one they wait for.
 */
export class Audience {
  readonly #listeners = new Set<Client>();
  readonly #waiting = new Set<() => void>();

  /** @param waitMsMax how long a message waits for somebody to hear it */
  constructor(private readonly waitMsMax: number) {}

  joined(listener: Client): void {
    this.#listeners.add(listener);
    for (const tell of this.#waiting) tell();
    this.#waiting.clear();
  }

  left(client: Client): void {
    this.#listeners.delete(client);
  }

  /** Calls back at once when somebody is there, else when somebody comes or nobody came in time. */
  whenThere(then: (isThere: boolean) => void): void {
    if (this.#listeners.size > 0) {
      then(true);
      return;
    }
    const tell = (): void => {
      clearTimeout(late);
      then(true);
    };
    const late = setTimeout(() => {
      this.#waiting.delete(tell);
      then(false);
    }, this.waitMsMax).unref();
    this.#waiting.add(tell);
  }
}
