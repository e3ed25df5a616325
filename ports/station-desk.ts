import type * as E from 'fp-ts/lib/Either.js';
import type {
  CabinetCommand,
  CabinetEvent,
  CabinetOrder,
  CabinetRefusal,
} from '../domain/cabinet/index.js';
import type { Settings } from '../domain/settings/index.js';
import type { EntryId, StationSerial } from '../domain/shared/ids.js';
import type { StationCommand, StationEvent, StationRefusal } from '../domain/station/index.js';
import type { Actor } from './event-metadata.js';

/** Why something is handed in, and by whom. */
export interface DeskCause {
  /** Names the wish: the same words are the same command, however often it is handed in. */
  readonly key: readonly string[];
  readonly actor: Actor;
  /** The event that led to it; `null` for what comes from the outside world. */
  readonly follows: { readonly id: string; readonly correlationId: string } | null;
}

/** An order that was sent and whose answer is outstanding. */
export interface SentOrder {
  readonly orderId: EntryId;
  readonly order: CabinetOrder;
}

/**
 * The store is away, others keep writing, or the outcome is not known. The same cause may be
 * handed in again.
 */
export class DeskUnavailable extends Error {
  override readonly name = 'DeskUnavailable';
}

/**
 * Where the cabinets' adapter hands in what happened and asks for leave to act. Right are the
 * events that this very command added: none when they were there already.
 *
 * Every method rejects with `DeskUnavailable` for reasons of the world, and with nothing else.
 */
export interface StationDesk {
  tellStation(
    station: StationSerial,
    command: StationCommand,
    cause: DeskCause,
  ): Promise<E.Either<StationRefusal, readonly StationEvent[]>>;

  tellCabinet(
    station: StationSerial,
    command: CabinetCommand,
    cause: DeskCause,
  ): Promise<E.Either<CabinetRefusal, readonly CabinetEvent[]>>;

  /** Orders of a cabinet that wait for an answer, oldest first. */
  sentOrders(station: StationSerial): Promise<readonly SentOrder[]>;

  /** The settings in force; a change is seen within seconds. */
  settings(): Promise<Settings>;
}
