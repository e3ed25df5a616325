import * as E from 'fp-ts/lib/Either.js';
import { failure } from 'io-ts/lib/PathReporter.js';
import { broadcastEvents } from './broadcast/events.js';
import { cabinetEvents } from './cabinet/events.js';
import { claimEvents } from './claim/events.js';
import { discountEvents } from './discount/events.js';
import { favouriteEvents } from './favourite/index.js';
import { lateFeeEvents } from './late-fee/events.js';
import { partnerEvents } from './partner/events.js';
import { pointsEvents } from './points/events.js';
import { powerBankEvents } from './power-bank/events.js';
import { rentalEvents } from './rental/events.js';
import { rentalIssueEvents } from './rental-issue/events.js';
import { rentalPackageEvents } from './rental-package/events.js';
import { renterEvents } from './renter/events.js';
import { sealEvents } from './seal/events.js';
import { settingsEvents } from './settings/events.js';
import {
  currentSchemaVersion,
  type DomainEvent,
  type EventDefinition,
  type EventDefinitions,
  type EventOf,
  firstSchemaVersion,
} from './shared/events.js';
import { fits } from './shared/fits.js';
import { staffEvents } from './staff/events.js';
import { stationEvents } from './station/events.js';
import { userEvents } from './user/events.js';
import { walletEvents } from './wallet/events.js';

/** Every event that the program can write, by the category of the stream that it lives in. */
export const eventsByCategory = {
  wallet: walletEvents,
  points: pointsEvents,
  user: userEvents,
  staff: staffEvents,
  partner: partnerEvents,
  renter: renterEvents,
  rental: rentalEvents,
  station: stationEvents,
  cabinet: cabinetEvents,
  powerbank: powerBankEvents,
  package: rentalPackageEvents,
  discount: discountEvents,
  latefee: lateFeeEvents,
  settings: settingsEvents,
  favourite: favouriteEvents,
  rentalissue: rentalIssueEvents,
  broadcast: broadcastEvents,
  claim: claimEvents,
  seal: sealEvents,
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

/** An upcaster meets data that nobody checked yet; where it gives up, the data is at fault. */
const lift = (
  definition: EventDefinition,
  version: number,
  data: unknown,
): E.Either<string, unknown> =>
  version === currentSchemaVersion(definition)
    ? E.right(data)
    : E.tryCatch(
        () =>
          definition.upcasters
            .slice(version - firstSchemaVersion)
            .reduce((old, up) => up(old), data),
        (thrown) => `cannot be lifted from version ${version}: ${String(thrown)}`,
      );

const isKnownVersion = (definition: EventDefinition, version: number): boolean =>
  Number.isInteger(version) &&
  firstSchemaVersion <= version &&
  version <= currentSchemaVersion(definition);

/**
 * Reads a stored event with the definitions of its category, lifting older versions. A failure is
 * a value: the caller parks or stops.
 */
export const decodeWith = <Definitions extends EventDefinitions>(
  definitions: Definitions,
  stored: StoredEvent,
): E.Either<DecodeFault, EventOf<Definitions>> => {
  const { category, type, schemaVersion, data } = stored;
  const definition = Object.hasOwn(definitions, type) ? definitions[type] : undefined;
  if (definition === undefined) return E.left({ kind: 'UnknownEventType', category, type });
  if (!isKnownVersion(definition, schemaVersion)) {
    return E.left({ kind: 'UnknownSchemaVersion', type, version: schemaVersion });
  }
  const lifted = lift(definition, schemaVersion, data);
  if (E.isLeft(lifted)) return E.left({ kind: 'BadEventData', type, faults: [lifted.left] });
  const decoded = fits(definition.data)(lifted.right)
    ? lifted
    : definition.data.decode(lifted.right);
  if (E.isLeft(decoded)) {
    return E.left({ kind: 'BadEventData', type, faults: failure(decoded.left) });
  }
  const event: DomainEvent = { type, data: decoded.right };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decoded by that very definition
  return E.right(event as EventOf<Definitions>);
};

/** Reads a stored event of any category. */
export const decodeEvent = (stored: StoredEvent): E.Either<DecodeFault, DomainEvent> =>
  isCategory(stored.category)
    ? decodeWith<EventDefinitions>(eventsByCategory[stored.category], stored)
    : E.left({ kind: 'UnknownCategory', category: stored.category });
