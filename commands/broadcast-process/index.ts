import * as E from 'fp-ts/lib/Either.js';
import { type Broadcast, type PageOutcome, pagePeopleMax } from '../../domain/broadcast/index.js';
import { BroadcastId, type UserId } from '../../domain/shared/ids.js';
import { type Instant, isBefore, plusSeconds } from '../../domain/shared/instant.js';
import type { Audiences } from '../../ports/audiences.js';
import type { Timer, TimerChange } from '../../ports/timers.js';
import type { CommandContext } from '../context.js';
import { type FactOf, type ReactionTable, reactTo } from '../process/facts.js';
import type { ProcessManager } from '../process/reactions.js';
import { issue, ownId, type ProcessTools, processActor, stepsAfter } from '../process/tools.js';
import { type PageTools, sendPage } from './page.js';

const name = 'broadcast';
const actor = processActor(`${name}-process`);

/** What could not be sent is tried again after this time; servers that wonder want minutes. */
export const retrySeconds = 300;
/** Read models that do not know the broadcast yet are asked again after this time. */
const readModelRetrySeconds = 10;

export interface BroadcastTools extends ProcessTools, Omit<PageTools, 'handlers'> {
  readonly audiences: Pick<Audiences, 'knows' | 'page'>;
  /** Makes ids that were never seen before. */
  readonly newId: () => string;
}

/** One broadcast at one of its steps. */
interface Step {
  readonly broadcast: Broadcast;
  readonly context: (step: string) => CommandContext;
}

interface NextPage {
  readonly people: readonly UserId[];
  readonly upTo: UserId | null;
  /** Nobody is left but those who were tried in vain. */
  readonly isAllTried: boolean;
}

/** A page that was sent, whose outcome the log may not have yet. */
interface SentPage {
  readonly number: number;
  readonly outcome: PageOutcome;
}

/**
 * Lets one piece of work begin when the one before has ended, however that was. Broadcasts take
 * turns page by page, so that several are no harder on the provider than one.
 */
const createQueue = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
};

/**
 * Carries broadcasts out: a timer for each, and one page of people each time it fires. It has a
 * checkpoint and timers of its own, so nothing else waits behind a hundred thousand letters.
 *
 * Nobody gets two messages of one broadcast, whatever crashes. The page is written down before its
 * first message is sent, by a command that nobody can give twice; whoever finds a page open that
 * is not the own writes it off, because who of it was written to is not known (ADR 20). An orderly
 * stop ends the page where it is and loses nobody.
 */
export const createBroadcastProcess = (tools: BroadcastTools): ProcessManager => {
  const { handlers, audiences, clock, log, newId } = tools;
  /** By broadcast; for when the store was away at the end of a page. */
  const sentPages = new Map<string, SentPage>();
  const inTurn = createQueue();

  const start = async ({
    id: causeId,
    correlationId,
    streamId,
    data,
  }: FactOf<'broadcast', 'BroadcastAccepted'>): Promise<readonly TimerChange[]> => {
    const payload = { broadcastId: streamId, causeId, correlationId };
    const timer = { timerId: streamId, kind: 'next-page', dueAt: data.at, payload };
    return [{ kind: 'schedule', timer }];
  };

  /** Writes down how the last page ended, as far as this instance knows. */
  const closePage = async ({ broadcast, context }: Step, number: number): Promise<void> => {
    const { broadcastId } = broadcast;
    const sent = sentPages.get(broadcastId);
    const at = clock.now();
    const isOwn = sent?.number === number;
    const wish = isOwn
      ? ({ type: 'EndPage', number, outcome: sent.outcome, at } as const)
      : ({ type: 'WriteOffPage', number, at } as const);
    await issue(handlers.broadcast, broadcastId, wish, context(`${wish.type} ${number}`));
    sentPages.delete(broadcastId);
    if (isOwn) return;
    const about = { broadcastId, page: number };
    log.warn('a page of a broadcast was interrupted, and is not sent again', about);
  };

  /** The next ones of the walk, and then those who wait, the least tried ones first. */
  const nextPage = async ({ wish, acceptedAt, after, waiting }: Broadcast): Promise<NextPage> => {
    const fresh = await audiences.page(
      { audience: wish.audience, at: acceptedAt },
      { after, limit: pagePeopleMax - waiting.length },
    );
    const others = waiting.toSorted((left, right) => left.tries - right.tries);
    const people = [...fresh, ...others.map(({ userId }) => userId)];
    const isAllTried = fresh.length === 0 && others.every(({ tries }) => tries > 0);
    return { people, upTo: fresh.at(-1) ?? after, isAllTried };
  };

  /** How long there is nothing to do: the provider is away, or all that is left was in vain. */
  const restsUntil = ({ broadcastId, lastPage }: Broadcast, { isAllTried }: NextPage) => {
    if (lastPage === null || !(lastPage.isProviderAway || isAllTried)) return null;
    const until = plusSeconds(lastPage.endedAt, retrySeconds);
    if (!isBefore(clock.now(), until)) return null;
    if (lastPage.isProviderAway) {
      log.warn('a broadcast waits for the provider', { broadcastId, until });
    }
    return until;
  };

  /** Whether the page is ours: only then may it be sent. */
  const beginPage = async (
    { broadcast, context }: Step,
    page: { readonly number: number; readonly people: number; readonly upTo: UserId | null },
  ): Promise<boolean> => {
    const wish = { type: 'BeginPage', ...page, at: clock.now() } as const;
    // Never derived: a command with the id of one that was carried out is taken for it, so after a
    // crash the page would look like the own.
    const own = { ...context('BeginPage'), commandId: newId() };
    const begun = await issue(handlers.broadcast, broadcast.broadcastId, wish, own);
    return E.isRight(begun) && begun.right.events.length > 0;
  };

  /** Whether it was the end: somebody else may be at a page that we have not seen. */
  const complete = async ({ broadcast, context }: Step): Promise<boolean> => {
    const { broadcastId, pages } = broadcast;
    const wish = { type: 'CompleteBroadcast', at: clock.now() } as const;
    const completed = await issue(handlers.broadcast, broadcastId, wish, context(wish.type));
    if (E.isLeft(completed)) return false;
    log.info('a broadcast has gone through its audience', { broadcastId, pages });
    return true;
  };

  const writeTo = async (step: Step, page: NextPage, signal: AbortSignal): Promise<void> => {
    const { broadcast } = step;
    const { people, upTo } = page;
    const number = broadcast.pages + 1;
    if (!(await beginPage(step, { number, people: people.length, upTo }))) return;
    const outcome = await sendPage(tools, { broadcast, people }, signal);
    sentPages.set(broadcast.broadcastId, { number, outcome });
    await closePage(step, number);
  };

  /** One step of a walk: closes the page that is open, or sends the next one. */
  const walk = async (timer: Timer, signal: AbortSignal): Promise<readonly TimerChange[]> => {
    const { broadcastId, causeId = '', correlationId = '' } = timer.payload;
    const id = ownId(BroadcastId, broadcastId);
    const again = (dueAt: Instant): readonly TimerChange[] => [
      { kind: 'schedule', timer: { ...timer, dueAt } },
    ];
    if (signal.aborted) return again(timer.dueAt);
    const { state: broadcast, position } = await handlers.broadcast.load(id);
    if (broadcast === null || position === null || broadcast.status !== 'RUNNING') return [];
    const step = { broadcast, context: stepsAfter({ id: causeId, correlationId }, actor) };
    const { openPage, pages } = broadcast;
    if (openPage !== null) {
      await closePage(step, openPage.number);
      return again(clock.now());
    }
    // Whoever belongs to the audience has to be known before the walk begins; later it is behind.
    if (pages === 0 && !(await audiences.knows(position))) {
      return again(plusSeconds(clock.now(), readModelRetrySeconds));
    }
    const page = await nextPage(broadcast);
    if (page.people.length === 0) return (await complete(step)) ? [] : again(clock.now());
    const rest = restsUntil(broadcast, page);
    if (rest !== null) return again(rest);
    await writeTo(step, page, signal);
    return again(clock.now());
  };

  const table: ReactionTable = { broadcast: { BroadcastAccepted: start } };

  return {
    name,
    categories: Object.keys(table),
    keyOf: (logged) => logged.stream,
    react: (logged) => reactTo(table, logged),
    onTimer: (timer, signal) => inTurn(() => walk(timer, signal)),
  };
};
