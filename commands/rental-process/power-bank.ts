import * as E from 'fp-ts/lib/Either.js';
import type { ServiceState } from '../../domain/power-bank/index.js';
import { openSwapOf } from '../../domain/rental/index.js';
import { PowerBankSerial, type RentalId, StationSerial } from '../../domain/shared/ids.js';
import { type Instant, isBefore } from '../../domain/shared/instant.js';
import type { CommandContext } from '../context.js';
import type { FactOf } from '../process/facts.js';
import { issue, ownId, stepsAfter } from '../process/tools.js';
import { loadRental, type RentalTools, rentalActor } from './common.js';

/** What a bank is taken for that nobody registered before a cabinet showed it (rules 2.6). */
const unregisteredMake = { model: 'unregistered', capacityMah: 10_000 } as const;

/** Follows the banks through cabinets and hands, and tells the rentals. */
export const powerBankReactions = (tools: RentalTools) => {
  const { handlers } = tools;

  /** The rental follows the bank really out (START-14), and says itself if it still wants it. */
  const giveToRental = async (
    rentalId: RentalId,
    fact: FactOf<'station', 'PowerBankEjected'>,
    context: CommandContext,
  ): Promise<boolean> => {
    const { purpose, powerBank, slot, batteryPercent, at } = fact.data;
    const out = { powerBank, slot, batteryPercent, at };
    if (purpose !== 'SWAP') {
      const command = { type: 'StartRental', ...out } as const;
      return E.isRight(await issue(handlers.rental, rentalId, command, context));
    }
    const rental = await loadRental(tools, rentalId, fact);
    const swapId = openSwapOf(rental)?.swapId;
    // No swap is open when this is a repetition: then the rental has the bank already.
    if (swapId === undefined) return rental.run?.powerBank === powerBank;
    const command = { type: 'CompleteSwap', swapId, ...out } as const;
    return E.isRight(await issue(handlers.rental, rentalId, command, context));
  };

  /**
   * An empty slot may tell of an ejection later than another cabinet told of the bank's return.
   * Then the rental is over as soon as it has begun: nobody will tell of that return again.
   */
  const isBackElsewhere = async (
    rentalId: RentalId,
    fact: FactOf<'station', 'PowerBankEjected'>,
    context: CommandContext,
  ): Promise<boolean> => {
    const { powerBank, at } = fact.data;
    const { place, batteryPercent } = (await handlers.powerBank.load(powerBank)).state;
    if (place.kind !== 'slot' || place.station === fact.streamId) return false;
    const { station, slot } = place;
    const wish = { station, slot, powerBank, batteryPercent, at };
    await issue(handlers.rental, rentalId, { type: 'ReturnPowerBank', ...wish }, context);
    return true;
  };

  /**
   * The rental that we gave the bank to, as we remember, is told at once: this is the way of almost
   * every return, and it saves a reading while somebody waits. What we remember needs no proof: the
   * rental says itself whether the return is news to it. If it is not, the log is asked.
   */
  const endRememberedRental = async (
    fact: FactOf<'station', 'PowerBankDocked'>,
    station: StationSerial,
  ): Promise<boolean> => {
    const { powerBank, slot, batteryPercent, at } = fact.data;
    const remembered = handlers.powerBank.last(powerBank);
    if (remembered?.place.kind !== 'rental') return false;
    const { place, placedAt } = remembered;
    if (placedAt !== null && isBefore(at, placedAt)) return false;
    const wish = { station, slot, powerBank, batteryPercent, at };
    const returned = await issue(
      handlers.rental,
      place.rentalId,
      { type: 'ReturnPowerBank', ...wish },
      stepsAfter(fact, rentalActor)('return'),
    );
    return E.isRight(returned) && returned.right.events.length > 0;
  };

  const endWait = async (
    fact: FactOf<'station', 'PowerBankDocked'>,
    station: StationSerial,
  ): Promise<void> => {
    const { powerBank, slot, batteryPercent, at } = fact.data;
    const step = stepsAfter(fact, rentalActor);
    if (await endRememberedRental(fact, station)) return;
    const { place, placedAt } = (await handlers.powerBank.load(powerBank)).state;
    // Old news, told again after a crash: the bank has moved on, and so has its rental.
    if (placedAt !== null && isBefore(at, placedAt)) return;
    if (place.kind === 'rental') {
      const { rentalId } = place;
      const wish = { station, slot, powerBank, batteryPercent, at };
      await issue(handlers.rental, rentalId, { type: 'ReturnPowerBank', ...wish }, step('return'));
    }
    if (place.kind === 'lost') {
      const { rentalId } = place;
      await issue(
        handlers.rental,
        rentalId,
        { type: 'RecordLostPowerBankFound', station, slot, at },
        step('found'),
      );
    }
    if (place.kind === 'slot' && place.station !== station) {
      // The later physical event wins: the other cabinet's picture is old (protocol §12).
      const context = step('forget');
      await issue(
        handlers.station,
        place.station,
        { type: 'ForgetPowerBank', powerBank, seenAt: at, at },
        context,
      );
    }
  };

  const mark = async (
    station: StationSerial,
    wish: {
      readonly powerBank: PowerBankSerial;
      readonly service: ServiceState;
      readonly at: Instant;
    },
    context: CommandContext,
  ): Promise<void> => {
    const { powerBank, service, at } = wish;
    const type = service === 'AVAILABLE' ? 'MarkInService' : 'MarkOutOfService';
    // Refused when the bank has left that station meanwhile; its next dock marks it again.
    await issue(handlers.station, station, { type, powerBank, at }, context);
  };

  return {
    handOver: async (fact: FactOf<'station', 'PowerBankEjected'>) => {
      const station = ownId(StationSerial, fact.streamId);
      const { rentalId, powerBank, slot, batteryPercent, at } = fact.data;
      const step = stepsAfter(fact, rentalActor);
      const isRented =
        rentalId !== null && (await giveToRental(rentalId, fact, step('give-to-rental')));
      if (isRented && (await isBackElsewhere(rentalId, fact, step('return')))) return;
      await issue(
        handlers.powerBank,
        powerBank,
        isRented
          ? { type: 'RentPowerBank', rentalId, station, slot, batteryPercent, at }
          : { type: 'NoteMissing', station, slot, at },
        step('leave-slot'),
      );
    },

    takeBack: async (fact: FactOf<'station', 'PowerBankDocked'>) => {
      const station = ownId(StationSerial, fact.streamId);
      const { powerBank, slot, batteryPercent, at } = fact.data;
      const step = stepsAfter(fact, rentalActor);
      await endWait(fact, station);
      const placed = await issue(
        handlers.powerBank,
        powerBank,
        {
          type: 'PlacePowerBank',
          ...unregisteredMake,
          powerBank,
          station,
          slot,
          batteryPercent,
          at,
        },
        step('place'),
      );
      if (E.isRight(placed) && placed.right.state.service !== 'AVAILABLE') {
        const { service } = placed.right.state;
        await mark(station, { powerBank, service, at }, step('mark'));
      }
    },

    noteDeparture: async (fact: FactOf<'station', 'PowerBankDeparted'>) => {
      const station = ownId(StationSerial, fact.streamId);
      const { powerBank, slot, why, at } = fact.data;
      if (why === 'seen-elsewhere') return;
      const context = stepsAfter(fact, rentalActor)('missing');
      // Refused when the bank has been seen elsewhere since: then it is not missing.
      await issue(
        handlers.powerBank,
        powerBank,
        { type: 'NoteMissing', station, slot, at },
        context,
      );
    },

    markWhereItIs: async (fact: FactOf<'powerbank', 'ServiceStateChanged'>) => {
      const powerBank = ownId(PowerBankSerial, fact.streamId);
      const { state: service, at } = fact.data;
      const { place } = (await handlers.powerBank.load(powerBank)).state;
      if (place.kind !== 'slot') return;
      const context = stepsAfter(fact, rentalActor)('mark');
      await mark(place.station, { powerBank, service, at }, context);
    },
  };
};
