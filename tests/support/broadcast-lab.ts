/** Broadcasts in memory: a log, people with addresses, and programs that can be killed. */

import { randomUUID } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { createBroadcastProcess } from '../../commands/broadcast-process/index.js';
import { createHandlers } from '../../commands/handlers.js';
import { TryAgain } from '../../commands/process/reactions.js';
import { proposeEvent } from '../../commands/propose.js';
import type { BroadcastEvent } from '../../domain/broadcast/events.js';
import type { Broadcast, BroadcastWish } from '../../domain/broadcast/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { BroadcastId, UserId } from '../../domain/shared/ids.js';
import { type UserEvent, userEvents } from '../../domain/user/index.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import type { Delivery, Message } from '../../ports/messages.js';
import type { Timer, TimerChange } from '../../ports/timers.js';
import { testContext } from './house.js';
import { memoryLog } from './log.js';
import { createMemoryEventStore } from './memory-event-store.js';
import { mortal } from './mortal-store.js';
import { noMetrics } from './no-metrics.js';
import { indexOf, sealed } from './sealed.js';
import { createTestClock } from './test-clock.js';

export type Provider = (message: Message) => Promise<Delivery>;

/** What a test may change while programs run. */
interface World {
  provider: Provider;
  /** How far the process has read; outlives programs. */
  reached: Position | null;
  /** Whether the read models know the broadcast. */
  isKnown: boolean;
  /** Events that do not get into the log, and nobody hears why. */
  isLost: (type: string) => boolean;
}

/** One run of the program, on the log and the timers that outlive it. */
export interface Program {
  /** Reacts to everything and fires what is due, until nothing is left or it is dead. */
  settle(): Promise<void>;
  /** As `kill -9` would: nothing that is under way goes on. */
  kill(): void;
  /** As SIGTERM would: what is under way comes to an end. */
  stop(): void;
}

/** The one broadcast of most tests. */
const usual = 'b-1';

export const wish: BroadcastWish = {
  title: 'Dashain',
  message: 'All stations are open on all days.',
  audience: 'ALL',
  channels: ['email'],
};

export const addressOf = (userId: string): string => `${userId}@example.com`;

/** So that the order of names is the order of the walk. */
export const nameOf = (number: number): string => `user-${String(number).padStart(4, '0')}`;

export const openBroadcastLab = (provider: Provider) => {
  const clock = createTestClock();
  const log = memoryLog();
  const memory = createMemoryEventStore(clock);
  const world: World = { provider, reached: null, isKnown: true, isLost: () => false };
  const base: EventStore = {
    ...memory,
    append: async (stream, expected, events) =>
      events.some(({ type }) => world.isLost(type))
        ? { kind: 'unknown', reason: 'the test says so' }
        : memory.append(stream, expected, events),
  };
  const { broadcast, user } = createHandlers({ store: base, metrics: noMetrics });
  const timers = new Map<string, Timer>();
  const people: UserId[] = [];

  const tell = (userId: UserId, event: UserEvent): void => {
    const proposed = proposeEvent(userEvents, event, { id: randomUUID(), context: testContext() });
    memory.record(`user-${userId}`, [proposed]);
  };

  /** Somebody of every audience, as far as read models know. */
  const join = (name: string, hasAddress = true): UserId => {
    const userId = brandOrThrow(UserId, name);
    const at = clock.now();
    const registered = { userId, by: 'EMAIL', referralCode: null, referredBy: null, at } as const;
    tell(userId, { type: 'UserRegistered', data: registered });
    const identifier = { kind: 'email', value: sealed(name), index: indexOf(name), at } as const;
    if (hasAddress) tell(userId, { type: 'IdentifierAdded', data: identifier });
    people.push(userId);
    return userId;
  };

  const apply = (changes: readonly TimerChange[]): void => {
    for (const change of changes) {
      if (change.kind === 'cancel') timers.delete(change.timerId);
      else timers.set(change.timer.timerId, change.timer);
    }
  };

  const start = (): Program => {
    const view = mortal(base);
    const stopped = new AbortController();
    let isDead = false;
    const unlessDead = <T>(answer: T): T | Promise<never> =>
      isDead ? new Promise(() => undefined) : answer;
    const manager = createBroadcastProcess({
      handlers: createHandlers({ store: view, metrics: noMetrics }),
      clock,
      log,
      newId: randomUUID,
      personalData: {
        open: async (subject) => addressOf(subject.slice('user:'.length)),
      },
      messages: {
        send: async (message) => unlessDead(await world.provider(message)),
      },
      audiences: {
        knows: async () => world.isKnown,
        page: async (_audience, { after, limit }) =>
          people
            .toSorted()
            .filter((each) => each > (after ?? ''))
            .slice(0, limit),
      },
    });
    const react = async (): Promise<void> => {
      const filter = { categories: ['broadcast'] };
      for await (const recorded of base.readLog(world.reached, filter)) {
        const logged = decodeLogged(recorded);
        if (E.isLeft(logged)) throw new Error(logged.left.kind);
        apply(await manager.react(logged.right));
        world.reached = recorded.position;
      }
    };
    const fire = async (timer: Timer): Promise<void> => {
      try {
        const changes = await manager.onTimer(timer, stopped.signal);
        if (timers.get(timer.timerId) === timer) timers.delete(timer.timerId);
        apply(changes);
      } catch (error) {
        if (!(error instanceof TryAgain)) throw error;
      }
    };
    const settled = async (): Promise<void> => {
      for (;;) {
        await react();
        const due = [...timers.values()].filter(({ dueAt }) => dueAt <= clock.now());
        if (due.length === 0 || stopped.signal.aborted) return;
        await Promise.all(due.map(fire));
      }
    };
    return {
      settle: () => Promise.race([settled(), view.died]),
      kill: () => {
        isDead = true;
        view.die();
      },
      stop: () => stopped.abort(),
    };
  };

  return {
    clock,
    log,
    people,
    world,
    handlers: { broadcast, user },
    join,
    start,
    accept: async (change: Partial<BroadcastWish> = {}, name: string = usual): Promise<void> => {
      const broadcastId = brandOrThrow(BroadcastId, name);
      const command = {
        type: 'AcceptBroadcast',
        broadcastId,
        wish: { ...wish, ...change },
      } as const;
      const more = { expected: people.length, at: clock.now() };
      const done = await broadcast.execute(broadcastId, { ...command, ...more }, testContext());
      if (E.isLeft(done)) throw new Error(JSON.stringify(done.left));
    },
    ban: async (userId: UserId): Promise<void> => {
      const wishOf = { type: 'ChangeUserStatus', reason: sealed('a ban') } as const;
      const command = { ...wishOf, status: 'BANNED', at: clock.now() } as const;
      const done = await user.execute(userId, command, testContext());
      if (E.isLeft(done)) throw new Error(JSON.stringify(done.left));
    },
    leave: async (userId: UserId): Promise<void> => {
      const command = { type: 'DeleteAccount', at: clock.now() } as const;
      await user.execute(userId, command, testContext());
    },
    state: async (): Promise<Broadcast> => {
      const { state } = await broadcast.load(usual);
      if (state === null) throw new Error('there is no broadcast');
      return state;
    },
    events: async (): Promise<readonly BroadcastEvent[]> => {
      const events: BroadcastEvent[] = [];
      for await (const recorded of base.readStream(`broadcast-${usual}`)) {
        const logged = decodeLogged(recorded);
        if (E.isRight(logged) && logged.right.category === 'broadcast') {
          events.push(logged.right.event);
        }
      }
      return events;
    },
  };
};

/** What became of people, each counted once. */
export const countsIn = (events: readonly BroadcastEvent[]) => {
  const sums = { accepted: 0, refused: 0, failed: 0, unknown: 0, skipped: 0 };
  for (const { type, data } of events) {
    if (type === 'BroadcastPageEnded') {
      for (const name of ['accepted', 'refused', 'failed', 'unknown', 'skipped'] as const) {
        sums[name] += data[name];
      }
    }
    if (type === 'BroadcastPageLost') sums.unknown += data.people;
    if (type === 'BroadcastGivenUp') sums.failed += data.failed;
  }
  return sums;
};
