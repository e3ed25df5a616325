/** Writes to the people of one page, each once at most. */

import * as E from 'fp-ts/lib/Either.js';
import { type Broadcast, isStillMeant, type PageOutcome } from '../../domain/broadcast/index.js';
import { EmailAddress } from '../../domain/shared/identifier.js';
import type { UserId } from '../../domain/shared/ids.js';
import type { Log } from '../../ports/log.js';
import type { Delivery, Messages } from '../../ports/messages.js';
import { type PersonalData, PersonalDataDamaged } from '../../ports/personal-data.js';
import { userFields } from '../../ports/user-data.js';
import { deriveId } from '../context.js';
import type { Handlers } from '../handlers.js';

/**
 * Messages under way at once. Fewer than a provider has connections, because the others are for
 * codes: somebody waits for those.
 */
const messagesAtOnceMax = 2;

/** So many that do not go out, one after the other, are enough to see that the provider is away. */
const notSentInARowMax = 5;

export interface PageTools {
  readonly handlers: Pick<Handlers, 'user'>;
  readonly personalData: Pick<PersonalData, 'open'>;
  readonly messages: Pick<Messages, 'send'>;
  readonly log: Log;
}

type Ending = 'accepted' | 'refused' | 'unknown' | 'skipped' | 'notSent';

const endingOf = (delivery: Delivery): Ending => {
  switch (delivery.kind) {
    case 'accepted':
    case 'refused':
      return delivery.kind;
    case 'failed':
      return delivery.retry === 'unknown-outcome' ? 'unknown' : 'notSent';
    // An instance without the provider: another one, or this one later, may have it.
    case 'unavailable':
      return 'notSent';
  }
};

/** The address of somebody who is still to be written to, from what the log says now. */
const addressOf = async (
  { handlers, personalData }: PageTools,
  { wish }: Broadcast,
  userId: UserId,
): Promise<EmailAddress | null> => {
  const { state: user } = await handlers.user.load(userId);
  if (user === null || user.email === null || !isStillMeant(wish.audience, user)) return null;
  const subject = `user:${userId}` as const;
  const address = await personalData.open(subject, userFields.email, user.email);
  if (address === null || EmailAddress.is(address)) return address;
  throw new PersonalDataDamaged(`${userFields.email} of ${subject} is not what it should be`);
};

/** The address, or how it ends with somebody to whom nothing can be sent. */
const lookUp = async (
  tools: PageTools,
  broadcast: Broadcast,
  userId: UserId,
): Promise<E.Either<Ending, EmailAddress>> => {
  const about = { broadcastId: broadcast.broadcastId, userId };
  try {
    const address = await addressOf(tools, broadcast, userId);
    return address === null ? E.left('skipped') : E.right(address);
  } catch (error) {
    if (error instanceof PersonalDataDamaged) {
      tools.log.error('the address of a user cannot be opened', about);
      return E.left('skipped');
    }
    // The store or the database is away: nothing was sent, so the person can be tried again.
    const reason = error instanceof Error ? error.message : String(error);
    tools.log.warn('a user could not be looked up for a broadcast', { ...about, reason });
    return E.left('notSent');
  }
};

const write = async (tools: PageTools, broadcast: Broadcast, userId: UserId): Promise<Ending> => {
  const to = await lookUp(tools, broadcast, userId);
  if (E.isLeft(to)) return to.left;
  const { broadcastId, wish } = broadcast;
  const message = {
    id: deriveId(broadcastId, userId),
    purpose: 'broadcast',
    destination: { kind: 'email', to: to.right },
    subject: wish.title,
    text: wish.message,
  } as const;
  return endingOf(await tools.messages.send(message));
};

/**
 * Goes through the people in order. When `signal` aborts, or the provider is away, nobody more is
 * begun with, and those who are left were not tried.
 */
export const sendPage = async (
  tools: PageTools,
  { broadcast, people }: { readonly broadcast: Broadcast; readonly people: readonly UserId[] },
  signal: AbortSignal,
): Promise<PageOutcome> => {
  const counts = { accepted: 0, refused: 0, unknown: 0, skipped: 0 };
  const notSent: UserId[] = [];
  let begun = 0;
  let notSentInARow = 0;
  const next = (): UserId | undefined => {
    if (signal.aborted || notSentInARow >= notSentInARowMax) return undefined;
    const userId = people[begun];
    if (userId !== undefined) begun += 1;
    return userId;
  };
  const work = async (): Promise<void> => {
    for (let userId = next(); userId !== undefined; userId = next()) {
      const ending = await write(tools, broadcast, userId);
      if (ending === 'notSent') {
        notSent.push(userId);
        notSentInARow += 1;
        continue;
      }
      counts[ending] += 1;
      // A skipped one says nothing about the provider.
      if (ending !== 'skipped') notSentInARow = 0;
    }
  };
  await Promise.all(Array.from({ length: messagesAtOnceMax }, work));
  return { ...counts, notSent, untried: people.slice(begun) };
};
