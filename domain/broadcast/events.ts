import * as t from 'io-ts';
import { integer, ListType, NonNegativeInteger, nullable, oneOf, text } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { BroadcastId, UserId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { BroadcastAudience } from './audience.js';

/** Ways for a broadcast to go; see `decide.ts` for those that are there already. */
export const BroadcastChannel = oneOf('BroadcastChannel', ['email', 'push']);
export type BroadcastChannel = t.TypeOf<typeof BroadcastChannel>;

/** Limits of rules 3.21, in UTF-16 units. */
export const BroadcastTitle = text('BroadcastTitle', { minLength: 1, maxLength: 200 });
export const BroadcastText = text('BroadcastText', { minLength: 1, maxLength: 1_000 });

/**
 * What staff want everybody of a class to read. The words are for all of them and about none of
 * them, so they are no personal data, and stand in the log as they were typed.
 */
export const BroadcastWish = t.strict(
  {
    title: BroadcastTitle,
    message: BroadcastText,
    audience: BroadcastAudience,
    channels: t.readonlyArray(BroadcastChannel),
  },
  'BroadcastWish',
);
export type BroadcastWish = t.TypeOf<typeof BroadcastWish>;

/**
 * People of one page. Of a page that a crash interrupted nobody knows who was written to, so nobody
 * of it is written to again: the smaller it is, the fewer are left out.
 */
export const pagePeopleMax = 50;

const PageNumber = integer('PageNumber', { minimum: 1 });
const PagePeople = integer('PagePeople', { minimum: 1, maximum: pagePeopleMax });

/** Somebody who has certainly got nothing yet, and how often it was tried while others got it. */
const Waiting = t.strict({ userId: UserId, tries: NonNegativeInteger }, 'Waiting');
export type Waiting = t.TypeOf<typeof Waiting>;

/**
 * A broadcast goes through its audience in pages. A page is told before its first message and after
 * its last one, so that whoever comes after a crash knows whom not to write to. No event has an
 * address.
 */
export const broadcastEvents = {
  BroadcastAccepted: event(
    t.strict({
      broadcastId: BroadcastId,
      ...BroadcastWish.type.props,
      /** People of the audience, as far as read models knew at that moment; only to be shown. */
      expected: NonNegativeInteger,
      at: Instant,
    }),
  ),
  BroadcastPageBegun: event(
    t.strict({
      number: PageNumber,
      people: PagePeople,
      /** The walk goes on behind this user; `null` before the first one. */
      upTo: nullable(UserId),
      at: Instant,
    }),
  ),
  BroadcastPageEnded: event(
    t.strict({
      number: PageNumber,
      /** Handed over to the provider, which tells nobody whether they arrive. */
      accepted: NonNegativeInteger,
      /** Not taken by the provider, and never will be: there is no such receiver. */
      refused: NonNegativeInteger,
      /** Certainly not sent, and not tried again. */
      failed: NonNegativeInteger,
      /** Sent or not: so not tried again. */
      unknown: NonNegativeInteger,
      /** Not meant any more, or without an address. */
      skipped: NonNegativeInteger,
      /** Certainly not sent, and to be tried again with the next page. */
      again: new ListType('Again', Waiting, pagePeopleMax),
      /** It took nothing from anybody, so it is not about the people. */
      isProviderAway: t.boolean,
      at: Instant,
    }),
  ),
  /** The program ended in the middle of a page: who of these people got it is not known. */
  BroadcastPageLost: event(t.strict({ number: PageNumber, people: PagePeople, at: Instant })),
  /** Everybody of the audience has had their turn. */
  BroadcastCompleted: event(t.strict({ at: Instant })),
  /** The provider was away for too long: who has got nothing yet will not get it any more. */
  BroadcastGivenUp: event(t.strict({ failed: NonNegativeInteger, at: Instant })),
} as const;

export type BroadcastEvent = EventOf<typeof broadcastEvents>;
