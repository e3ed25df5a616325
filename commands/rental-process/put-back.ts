import type { PutBackWish, Rental, RentalCommand, SlotSight } from '../../domain/rental/index.js';
import { swapsToday } from '../../domain/renter/index.js';
import { RentalId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { rentableBanks } from '../../domain/station/index.js';
import type { Handlers } from '../handlers.js';
import type { FactOf } from '../process/facts.js';
import { issue, ownId, stepsAfter } from '../process/tools.js';
import { loadRental, type RentalTools, rentalActor } from './common.js';

/** What the renter announced, as the command that it becomes once the bank is back. */
export const commandOfWish = async (
  { renter, station }: Pick<Handlers, 'renter' | 'station'>,
  rental: Rental,
  asked: { readonly wish: PutBackWish; readonly sight: SlotSight | null; readonly at: Instant },
): Promise<RentalCommand> => {
  const { wish, sight, at } = asked;
  if (wish.kind === 'cancel') {
    const { reason, feePaymentId } = wish;
    return { type: 'CancelRental', reason, sight, feePaymentId, at };
  }
  const { swapId, requestedPowerBank, reason, description } = wish;
  const { userId, station: serial, terms } = rental.request;
  const [byRenter, atStation] = await Promise.all([renter.load(userId), station.load(serial)]);
  const banks = rentableBanks(atStation.state, {
    minBatteryPercent: terms.minRentalBatteryPercent,
    exclude: rental.run === null ? [] : [rental.run.powerBank],
  });
  return {
    type: 'RequestSwap',
    swapId,
    sight,
    requestedPowerBank,
    reason,
    description,
    swapsToday: swapsToday(byRenter.state, { station: serial, at }),
    rentablePowerBanks: banks.length,
    at,
  };
};

/** Carries out what was announced, also when the renter's phone has gone away meanwhile. */
export const putBackReactions = (tools: RentalTools) => ({
  carryOutWish: async (fact: FactOf<'rental', 'PowerBankPutBack'>) => {
    const { wish, sight, at } = fact.data;
    if (wish === null) return;
    const rentalId = ownId(RentalId, fact.streamId);
    const rental = await loadRental(tools, rentalId, fact);
    const command = await commandOfWish(tools.handlers, rental, { wish, sight, at });
    // Refused (no other bank there, too many swaps): the put-back stays open for another choice.
    await issue(tools.handlers.rental, rentalId, command, stepsAfter(fact, rentalActor)('wish'));
  },
});
