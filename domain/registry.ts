import * as E from 'fp-ts/lib/Either.js';
import { failure } from 'io-ts/lib/PathReporter.js';
import { cabinetEvents } from './cabinet/events.js';
import { discountEvents } from './discount/events.js';
import { lateFeeEvents } from './late-fee/events.js';
import { pointsEvents } from './points/events.js';
import { powerBankEvents } from './power-bank/events.js';
import { rentalEvents } from './rental/events.js';
import { rentalPackageEvents } from './rental-package/events.js';
import { renterEvents } from './renter/events.js';
import { settingsEvents } from './settings/events.js';
import {
  currentSchemaVersion,
  type DomainEvent,
  type EventDefinition,
  type EventDefinitions,
  type EventOf,
  firstSchemaVersion,
} from './shared/events.js';
import { stationEvents } from './station/events.js';
import { userEvents } from './user/events.js';
import { walletEvents } from './wallet/events.js';

/** Every event that the program can write, by the category of the stream that it lives in. */
export const eventsByCategory = {
  wallet: walletEvents,
  points: pointsEvents,
  user: userEvents,
  renter: renterEvents,
  rental: rentalEvents,
  station: stationEvents,
  cabinet: cabinetEvents,
  powerbank: powerBankEvents,
  package: rentalPackageEvents,
  discount: discountEvents,
  latefee: lateFeeEvents,
  settings: settingsEvents,
} as const;

export type Category = keyof typeof eventsByCategory;

export const isCategory = (word: string): word is Category => Object.hasOwn(eventsByCategory, word);

/** An event of one category, typed: `EventIn<'wallet'>`. */
export type EventIn<C extends Category> = EventOf<(typeof eventsByCategory)[C]>;

export type DecodeFault =
  | { readonly kind: 'UnknownCategory'; readonly category: string }
  | { readonly kind: 'UnknownEventType'; readonly category: string; readonly type: string }
  | { readonly kind: 'UnknownSchemaVersion'; readonly type: string; readonly version: number }
  | { readonly kind: 'BadEventData'; readonly type: string; readonly faults: readonly string[] };

export interface StoredEvent {
  readonly category: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
}

const definitionOf = (category: Category, type: string): EventDefinition | undefined => {
  const definitions: EventDefinitions = eventsByCategory[category];
  return Object.hasOwn(definitions, type) ? definitions[type] : undefined;
};

const lift = (definition: EventDefinition, version: number, data: unknown): unknown =>
  definition.upcasters.slice(version - firstSchemaVersion).reduce((old, up) => up(old), data);

/** Reads a stored event, lifting older versions. A failure is a value: the caller parks or stops. */
export const decodeEvent = (stored: StoredEvent): E.Either<DecodeFault, DomainEvent> => {
  const { category, type, schemaVersion, data } = stored;
  if (!isCategory(category)) return E.left({ kind: 'UnknownCategory', category });
  const definition = definitionOf(category, type);
  if (definition === undefined) return E.left({ kind: 'UnknownEventType', category, type });
  if (schemaVersion < firstSchemaVersion || schemaVersion > currentSchemaVersion(definition)) {
    return E.left({ kind: 'UnknownSchemaVersion', type, version: schemaVersion });
  }
  const decoded = definition.data.decode(lift(definition, schemaVersion, data));
  return E.isRight(decoded)
    ? E.right({ type, data: decoded.right })
    : E.left({ kind: 'BadEventData', type, faults: failure(decoded.left) });
};
