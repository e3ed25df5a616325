import * as E from 'fp-ts/lib/Either.js';
import { EventMetadata } from '../../ports/event-metadata.js';
import { type LogCheck, nothing, onEachFact } from '../check.js';
import { placeOf } from '../finding.js';
import { SeenIds } from '../seen-ids.js';

/** A timer is named as the cause by its own id and the time for which it was set. */
const timerFiring = /@\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * Who or what led to an event. A process only reacts: it names an earlier event, or a timer that
 * it set. People, cabinets and whoever sets the network up name a wish of their own, which is no
 * event, so there is nothing to look up.
 */
export const causesComeFirst: LogCheck = {
  name: 'causes-come-first',
  claim: 'what a process names as the cause of an event is an event before it, or a timer',
  begin: () => {
    const seen = new SeenIds();
    return onEachFact((_logged, { recorded }) => {
      const metadata = EventMetadata.decode(recorded.metadata);
      seen.add(recorded.id);
      if (E.isLeft(metadata)) return nothing;
      const { $causationId: cause, $correlationId, commandId, actor } = metadata.right;
      const isWish = actor.kind !== 'system' || cause === commandId || cause === $correlationId;
      if (isWish || timerFiring.test(cause) || seen.has(cause)) return nothing;
      const expected = 'the id of an earlier event, or a timer';
      return [{ code: 'cause-unknown', place: placeOf(recorded), expected, found: cause }];
    });
  },
};
