import * as E from 'fp-ts/lib/Either.js';
import type { PowerBankSerial, RentalId } from '../shared/ids.js';
import { isBefore, secondsBetween } from '../shared/instant.js';
import { differingFields } from '../shared/repeat.js';
import type {
  DeclareLost,
  LogBatteryCycle,
  Make,
  NoteMissing,
  PlacePowerBank,
  PowerBankCommand,
  RegisterPowerBank,
  RentPowerBank,
  SetServiceState,
} from './commands.js';
import type { PowerBankEvent } from './events.js';
import type { Place, PowerBankState } from './state.js';

export type PowerBankRefusal =
  | { readonly kind: 'PowerBankUnknown' }
  /** Registered before with other facts, in the named fields. */
  | {
      readonly kind: 'AlreadyRegistered';
      readonly powerBank: PowerBankSerial;
      readonly differing: readonly string[];
    }
  /** Its rental has to end before it can be rented, lost or serviced otherwise. */
  | { readonly kind: 'PowerBankRented'; readonly rentalId: RentalId }
  | { readonly kind: 'PowerBankLost'; readonly rentalId: RentalId }
  /** Only the rental that has the bank can lose it. */
  | { readonly kind: 'NotRentedByIt'; readonly rentalId: RentalId; readonly place: Place };

type Decision = E.Either<PowerBankRefusal, readonly PowerBankEvent[]>;

/** Percent points to ten-thousandths of a cycle. */
const tenThousandthsPerPercent = 100;

const makeOf = ({ powerBank, model, capacityMah }: Make) => ({ powerBank, model, capacityMah });

const registerPowerBank = (wish: RegisterPowerBank, { make }: PowerBankState): Decision => {
  const wished = makeOf(wish);
  if (make === null) {
    return E.right([{ type: 'PowerBankRegistered', data: { ...wished, at: wish.at } }]);
  }
  const differing = differingFields(makeOf(make), wished);
  return differing.length === 0
    ? E.right([])
    : E.left({ kind: 'AlreadyRegistered', powerBank: make.powerBank, differing });
};

/** News from before the bank came to its place: the later physical event wins (protocol §12). */
const isOutdated = ({ placedAt }: PowerBankState, at: PlacePowerBank['at']): boolean =>
  placedAt !== null && isBefore(at, placedAt);

/** What a cabinet shows is never refused: a return, a delivery, or a lost bank found again. */
const placePowerBank = (wish: PlacePowerBank, state: PowerBankState): Decision => {
  const { station, slot, batteryPercent, at } = wish;
  const { place } = state;
  const isThere = place.kind === 'slot' && place.station === station && place.slot === slot;
  if (isThere || isOutdated(state, at)) return E.right([]);

  const events: PowerBankEvent[] = [];
  if (state.make === null) {
    events.push({ type: 'PowerBankRegistered', data: { ...makeOf(wish), at } });
  }
  if (place.kind === 'lost') {
    const data = { rentalId: place.rentalId, station, slot, at };
    events.push({ type: 'LostPowerBankSeenAgain', data });
  }
  events.push({ type: 'PowerBankPlaced', data: { station, slot, batteryPercent, at } });
  return E.right(events);
};

/**
 * The cabinet has let the bank out for this rental. Maintenance or damage do not object: on a
 * mismatch a cabinet hands out a bank that nobody ordered (START-14), and the rental follows it.
 */
const rentPowerBank = (wish: RentPowerBank, state: PowerBankState): Decision => {
  const { rentalId, station, slot, batteryPercent, at } = wish;
  const { place } = state;
  if (place.kind === 'rental' && place.rentalId === rentalId) return E.right([]);
  if (isOutdated(state, at)) return E.right([]);
  if (place.kind === 'rental') return E.left({ kind: 'PowerBankRented', rentalId: place.rentalId });
  if (place.kind === 'lost') return E.left({ kind: 'PowerBankLost', rentalId: place.rentalId });
  const data = { rentalId, station, slot, batteryPercent, at };
  return E.right([{ type: 'PowerBankRented', data }]);
};

/** Concerns only a bank that is still believed to be in that slot; any other has moved on. */
const noteMissing = ({ station, slot, at }: NoteMissing, state: PowerBankState): Decision => {
  const { place } = state;
  const isThere = place.kind === 'slot' && place.station === station && place.slot === slot;
  if (!isThere || isOutdated(state, at)) return E.right([]);
  return E.right([{ type: 'PowerBankWentMissing', data: { station, slot, at } }]);
};

const declareLost = ({ rentalId, at }: DeclareLost, { place }: PowerBankState): Decision => {
  if (place.kind === 'lost' && place.rentalId === rentalId) return E.right([]);
  if (place.kind !== 'rental' || place.rentalId !== rentalId) {
    return E.left({ kind: 'NotRentedByIt', rentalId, place });
  }
  return E.right([{ type: 'PowerBankDeclaredLost', data: { rentalId, at } }]);
};

/** Staff's word counts for banks that staff can lay hands on (rules 2.6). */
const setServiceState = (wish: SetServiceState, state: PowerBankState): Decision => {
  const { state: wanted, reason, at } = wish;
  const { place, service } = state;
  if (place.kind === 'rental') return E.left({ kind: 'PowerBankRented', rentalId: place.rentalId });
  if (place.kind === 'lost') return E.left({ kind: 'PowerBankLost', rentalId: place.rentalId });
  if (service === wanted) return E.right([]);
  return E.right([{ type: 'ServiceStateChanged', data: { state: wanted, reason, at } }]);
};

const logBatteryCycle = (wish: LogBatteryCycle, state: PowerBankState): Decision => {
  const { rentalId, startPercent, returnPercent, startedAt, returnedAt, at } = wish;
  if (state.loggedRentals.includes(rentalId)) return E.right([]);
  const usedPercent =
    startPercent === null || returnPercent === null ? 0 : Math.max(0, startPercent - returnPercent);
  const data = {
    rentalId,
    cycleTenThousandths: usedPercent * tenThousandthsPerPercent,
    underFiveMinutes: secondsBetween(startedAt, returnedAt) < wish.shortRentalSeconds,
    at,
  };
  return E.right([{ type: 'BatteryCycleLogged', data }]);
};

/** Facts or a refusal for one command. */
export const decide = (command: PowerBankCommand, state: PowerBankState): Decision => {
  if (command.type === 'RegisterPowerBank') return registerPowerBank(command, state);
  if (command.type === 'PlacePowerBank') return placePowerBank(command, state);
  if (state.make === null) return E.left({ kind: 'PowerBankUnknown' });
  switch (command.type) {
    case 'RentPowerBank':
      return rentPowerBank(command, state);
    case 'NoteMissing':
      return noteMissing(command, state);
    case 'DeclareLost':
      return declareLost(command, state);
    case 'SetServiceState':
      return setServiceState(command, state);
    case 'LogBatteryCycle':
      return logBatteryCycle(command, state);
  }
};
