import * as E from 'fp-ts/lib/Either.js';
import type { BroadcastId, UserId } from '../shared/ids.js';
import { type Instant, isAfter, plusSeconds } from '../shared/instant.js';
import { answerRepeat, type IdReused } from '../shared/repeat.js';
import {
  type BroadcastChannel,
  type BroadcastEvent,
  type BroadcastWish,
  pagePeopleMax,
  type Waiting,
} from './events.js';
import type { Broadcast, BroadcastState } from './state.js';

/** What became of a page, as far as its sender can tell. */
export interface PageOutcome {
  readonly accepted: number;
  readonly refused: number;
  readonly unknown: number;
  readonly skipped: number;
  /** Tried, and certainly not sent. */
  readonly notSent: readonly UserId[];
  /** Not even tried: the sender was stopped, or the provider had gone. */
  readonly untried: readonly UserId[];
}

export type BroadcastCommand =
  | {
      readonly type: 'AcceptBroadcast';
      readonly broadcastId: BroadcastId;
      readonly wish: BroadcastWish;
      readonly expected: number;
      readonly at: Instant;
    }
  /** Whoever's command adds the event sends the page; nobody else does, ever. */
  | {
      readonly type: 'BeginPage';
      readonly number: number;
      readonly people: number;
      readonly upTo: UserId | null;
      readonly at: Instant;
    }
  | {
      readonly type: 'EndPage';
      readonly number: number;
      readonly outcome: PageOutcome;
      readonly at: Instant;
    }
  /** By somebody who finds a page open that is not the own. */
  | { readonly type: 'WriteOffPage'; readonly number: number; readonly at: Instant }
  /** The walk has found nobody any more. */
  | { readonly type: 'CompleteBroadcast'; readonly at: Instant };

export type BroadcastRefusal =
  | { readonly kind: 'BroadcastUnknown' }
  | { readonly kind: 'BroadcastOver' }
  | { readonly kind: 'ChannelRequired' }
  | { readonly kind: 'UnsupportedChannel'; readonly channel: BroadcastChannel }
  | { readonly kind: 'WordsMissing'; readonly fields: readonly string[] }
  /** Another page is open, or this is not the next one. */
  | { readonly kind: 'PageOutOfTurn'; readonly next: number }
  | IdReused;

type Decision = E.Either<BroadcastRefusal, readonly BroadcastEvent[]>;
type Wish<Type extends BroadcastCommand['type']> = Extract<BroadcastCommand, { type: Type }>;

/** Channels that are really there. One that is not is refused: nothing pretends to be sent. */
const channelsThere: ReadonlySet<BroadcastChannel> = new Set(['email']);

/** Tries of one person while the provider is there. */
const triesMax = 2;

const daySeconds = 86_400;
/** A message that is later than this is worse than none: it speaks of a day that is over. */
export const providerAwaySecondsMax = daySeconds;

const accept = (
  { broadcastId, wish, expected, at }: Wish<'AcceptBroadcast'>,
  known: BroadcastState,
): Decision => {
  if (known !== null) return answerRepeat(broadcastId, known.wish, wish);
  const { title, message, channels } = wish;
  const blank = Object.entries({ title, message }).filter(([, words]) => words.trim() === '');
  if (blank.length > 0) {
    return E.left({ kind: 'WordsMissing', fields: blank.map(([field]) => field) });
  }
  if (channels.length === 0) return E.left({ kind: 'ChannelRequired' });
  const missing = channels.find((channel) => !channelsThere.has(channel));
  if (missing !== undefined) return E.left({ kind: 'UnsupportedChannel', channel: missing });
  return E.right([{ type: 'BroadcastAccepted', data: { broadcastId, ...wish, expected, at } }]);
};

const beginPage = (wish: Wish<'BeginPage'>, { pages, openPage }: Broadcast): Decision => {
  const { number, people, upTo, at } = wish;
  const next = pages + 1;
  if (openPage !== null || number !== next || people < 1 || people > pagePeopleMax) {
    return E.left({ kind: 'PageOutOfTurn', next });
  }
  return E.right([{ type: 'BroadcastPageBegun', data: { number, people, upTo, at } }]);
};

/**
 * Who was not sent to is tried again, and whose fault it was decides how often. Somebody who could
 * not be sent to while others of the page were reached is tried a second time, and then no more.
 * When nobody was reached, and not only those of whom that was known, the provider is away.
 */
const endPage = (wish: Wish<'EndPage'>, { openPage, waiting, answeredAt }: Broadcast): Decision => {
  const { number, outcome, at } = wish;
  // Somebody else took it for lost meanwhile.
  if (openPage?.number !== number) return E.right([]);
  const { notSent, untried, ...counts } = outcome;
  const waitingOf = (userId: UserId): Waiting =>
    waiting.find((each) => each.userId === userId) ?? { userId, tries: 0 };
  const vain = notSent.map(waitingOf);
  const wasAnswered = counts.accepted + counts.refused + counts.unknown > 0;
  const isProviderAway = !wasAnswered && vain.some(({ tries }) => tries === 0);
  const counted = vain.map(({ userId, tries }): Waiting => ({ userId, tries: tries + 1 }));
  const tried = isProviderAway ? vain : counted.filter(({ tries }) => tries < triesMax);
  // Whoever was tried comes last, so that a few bad addresses do not keep all others waiting.
  const again = [...untried.map(waitingOf), ...tried];
  const failed = vain.length - tried.length;
  const ended: BroadcastEvent = {
    type: 'BroadcastPageEnded',
    data: { number, ...counts, failed, again, isProviderAway, at },
  };
  const isTooLate = isAfter(at, plusSeconds(answeredAt, providerAwaySecondsMax));
  if (!isProviderAway || !isTooLate) return E.right([ended]);
  return E.right([ended, { type: 'BroadcastGivenUp', data: { failed: again.length, at } }]);
};

const writeOffPage = ({ number, at }: Wish<'WriteOffPage'>, { openPage }: Broadcast): Decision =>
  E.right(
    openPage?.number === number
      ? [{ type: 'BroadcastPageLost', data: { number, people: openPage.people, at } }]
      : [],
  );

const complete = (
  { at }: Wish<'CompleteBroadcast'>,
  { openPage, waiting, pages }: Broadcast,
): Decision =>
  openPage === null && waiting.length === 0
    ? E.right([{ type: 'BroadcastCompleted', data: { at } }])
    : E.left({ kind: 'PageOutOfTurn', next: pages + 1 });

export const decideBroadcast = (command: BroadcastCommand, known: BroadcastState): Decision => {
  if (command.type === 'AcceptBroadcast') return accept(command, known);
  if (known === null) return E.left({ kind: 'BroadcastUnknown' });
  if (known.status !== 'RUNNING') return E.left({ kind: 'BroadcastOver' });
  switch (command.type) {
    case 'BeginPage':
      return beginPage(command, known);
    case 'EndPage':
      return endPage(command, known);
    case 'WriteOffPage':
      return writeOffPage(command, known);
    case 'CompleteBroadcast':
      return complete(command, known);
  }
};
