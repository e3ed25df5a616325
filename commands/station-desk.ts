import * as E from 'fp-ts/lib/Either.js';
import { readSettings, type Settings, settingsId } from '../domain/settings/index.js';
import { type Instant, isBefore, plusSeconds } from '../domain/shared/instant.js';
import type { Clock } from '../ports/clock.js';
import { EventStoreUnavailable } from '../ports/event-store.js';
import { type DeskCause, DeskUnavailable, type StationDesk } from '../ports/station-desk.js';
import { type CommandContext, deriveId } from './context.js';
import type { AggregateHandler } from './handler.js';
import type { Handlers } from './handlers.js';

/** Thresholds change rarely, and cabinets talk all the time. */
const settingsFreshSeconds = 10;

const contextOf = ({ key, actor, follows }: DeskCause): CommandContext => {
  const commandId = deriveId(...key);
  return {
    commandId,
    correlationId: follows?.correlationId ?? commandId,
    causationId: follows?.id ?? commandId,
    actor,
  };
};

/** What may be tried again becomes `DeskUnavailable`; whatever else is thrown is a bug. */
const translated = async <T>(attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof EventStoreUnavailable)) throw error;
    throw new DeskUnavailable(error.message, { cause: error });
  }
};

const tell = <Command, State, Event, Refusal>(
  handler: AggregateHandler<Command, State, Event, Refusal>,
  wish: { readonly id: string; readonly command: Command; readonly cause: DeskCause },
): Promise<E.Either<Refusal, readonly Event[]>> =>
  translated(async () => {
    const result = await handler.execute(wish.id, wish.command, contextOf(wish.cause));
    if (E.isRight(result)) return E.right(result.right.events);
    const failure = result.left;
    if (failure.kind === 'Refused') return E.left(failure.refusal);
    throw new DeskUnavailable(`${failure.kind} on ${failure.stream}`);
  });

const loadSettings = async ({ settings }: Handlers): Promise<Settings> => {
  const read = readSettings((await settings.load(settingsId)).state);
  if (E.isRight(read)) return read.right;
  const { missing, unreadable } = read.left;
  throw new DeskUnavailable(`settings are missing: ${[...missing, ...unreadable].join(', ')}`);
};

/** The command handlers behind the port that the cabinets' adapter knows. */
export const createStationDesk = (handlers: Handlers, clock: Pick<Clock, 'now'>): StationDesk => {
  let known: { readonly settings: Settings; readonly until: Instant } | null = null;
  return {
    tellStation: (id, command, cause) => tell(handlers.station, { id, command, cause }),
    tellCabinet: (id, command, cause) => tell(handlers.cabinet, { id, command, cause }),
    sentOrders: (station) =>
      translated(async () => {
        const { state } = await handlers.cabinet.load(station);
        return [...state.orders].flatMap(([orderId, { order, stage }]) =>
          stage === 'sent' ? [{ orderId, order }] : [],
        );
      }),
    settings: async () => {
      const now = clock.now();
      if (known === null || !isBefore(now, known.until)) {
        const settings = await translated(() => loadSettings(handlers));
        known = { settings, until: plusSeconds(now, settingsFreshSeconds) };
      }
      return known.settings;
    },
  };
};
