import * as t from 'io-ts';
import { text } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { Instant } from '../shared/instant.js';

/** Id of the thing that bears a name: a station's serial, a rental's id. */
const Bearer = text('Bearer', { minLength: 1, maxLength: 200 });

export const claimEvents = {
  NameClaimed: event(t.strict({ bearer: Bearer, at: Instant })),
  /** What claimed it came to nothing; the name is free again. */
  NameReleased: event(t.strict({ bearer: Bearer, at: Instant })),
} as const;

export type ClaimEvent = EventOf<typeof claimEvents>;
