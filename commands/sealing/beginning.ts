import * as E from 'fp-ts/lib/Either.js';
import {
  type ChainEnd,
  chainStart,
  endAfter,
  fingerprintLength,
  fingerprintOf,
  leafOf,
  type SealData,
  type Sha256,
  sealStream,
} from '../../domain/seal/index.js';
import type { EventStore, Position, RecordedEvent } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import { decodeLogged } from '../../ports/logged-event.js';

/** The chain of seals cannot be continued; only a look at the log tells why. */
export class SealingBlocked extends Error {
  override readonly name = 'SealingBlocked';
}

/** Where sealing goes on: behind which seal, and behind which event. */
export interface Beginning {
  readonly end: ChainEnd;
  /** Position in this store of the last event under a seal; `null`: none is. */
  readonly after: Position | null;
}

/** The seal that an event of the stream of seals holds. @throws SealingBlocked */
export const sealIn = (stored: RecordedEvent): SealData => {
  const logged = decodeLogged(stored);
  if (E.isRight(logged) && logged.right.category === 'seal') return logged.right.event.data;
  throw new SealingBlocked(`the event at revision ${stored.revision} of ${sealStream} is no seal`);
};

/**
 * Looks up the last sealed event by its stream and revision. Its position is asked anew each time:
 * in a copy of the log it is another one than the seal says.
 *
 * @throws SealingBlocked
 */
const placeOfLast = async (
  { store, sha256, log }: BeginningTools,
  seal: SealData,
): Promise<Position> => {
  const { stream, revision } = seal.last;
  for await (const event of store.readStream(stream, BigInt(revision))) {
    if (String(event.revision) !== revision) break;
    const sealed = seal.fingerprints.slice(-fingerprintLength);
    if (fingerprintOf(leafOf(sha256, event)) !== sealed) {
      log.error('the last sealed event is not as it was sealed', { stream, revision });
    }
    return event.position;
  }
  throw new SealingBlocked(`revision ${revision} of ${stream}, the last sealed event, is gone`);
};

export interface BeginningTools {
  readonly store: Pick<EventStore, 'readLast' | 'readStream'>;
  readonly sha256: Sha256;
  readonly log: Log;
}

/** @throws SealingBlocked */
export const findBeginning = async (tools: BeginningTools): Promise<Beginning> => {
  const last = await tools.store.readLast(sealStream);
  if (last === null) return { end: chainStart, after: null };
  const seal = sealIn(last);
  return { end: endAfter(tools.sha256, last, seal), after: await placeOfLast(tools, seal) };
};
