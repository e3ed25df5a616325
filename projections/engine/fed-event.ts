import type * as E from 'fp-ts/lib/Either.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged, type LogFault, type LoggedEvent } from '../../ports/logged-event.js';

/** An event on its way to any number of read models: it is decoded when the first one asks. */
export class FedEvent {
  /** Category of its stream. */
  readonly category: string;
  #decoded: E.Either<LogFault, LoggedEvent> | null = null;

  constructor(readonly event: RecordedEvent) {
    this.category = event.stream.slice(0, event.stream.indexOf('-'));
  }

  get decoded(): E.Either<LogFault, LoggedEvent> {
    this.#decoded ??= decodeLogged(this.event);
    return this.#decoded;
  }
}
