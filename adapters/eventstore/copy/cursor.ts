import { isBefore, type LogPosition, type RawEvent } from './event.js';
import type { Server } from './server.js';
import { copiedStreams, isCopied } from './streams.js';

export interface Stretch {
  /** Included. Absent: the beginning of the log. */
  readonly from?: LogPosition;
  /** Included. Absent: the end of the log as it is when reading begins. */
  readonly to?: LogPosition;
}

/** Steps through the events of a log that belong to a copy, in order. */
export class Cursor {
  /** The event at hand; `null` at the end. */
  current: RawEvent | null = null;
  readonly #events: AsyncGenerator<RawEvent>;

  private constructor(
    readonly server: Server,
    readonly stretch: Stretch,
  ) {
    const { from } = stretch;
    this.#events = server.readAll({ streams: copiedStreams, ...(from !== undefined && { from }) });
  }

  /** Stands on the first event. @throws ServerTrouble */
  static async open(server: Server, stretch: Stretch): Promise<Cursor> {
    const cursor = new Cursor(server, stretch);
    await cursor.advance();
    return cursor;
  }

  /** @throws ServerTrouble */
  async advance(): Promise<void> {
    const { to } = this.stretch;
    for (;;) {
      const next = await this.#events.next();
      const event = next.done === true ? null : next.value;
      const isBeyond = to !== undefined && event !== null && isAfter(event, to);
      if (event !== null && !isBeyond && !isCopied(event.stream)) continue;
      this.current = isBeyond ? null : event;
      return;
    }
  }

  /** To be called when it is left before the end. */
  async close(): Promise<void> {
    await this.#events.return(undefined);
  }
}

const isAfter = ({ position }: RawEvent, limit: LogPosition): boolean =>
  position !== null && isBefore(limit, position);
