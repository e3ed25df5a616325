import type { LoggedEvent } from '../../ports/logged-event.js';
import type { Follow, ReactionTable } from '../process/facts.js';
import { reactTo } from '../process/facts.js';
import type { ProcessManager } from '../process/reactions.js';
import type { ProcessTools } from '../process/tools.js';
import { rentalProcessName, rentalTools } from './common.js';
import { endingReactions } from './ending.js';
import { paymentReactions } from './payments.js';
import { powerBankReactions } from './power-bank.js';
import { putBackReactions } from './put-back.js';
import { startReactions } from './start.js';
import { swapReactions } from './swap.js';
import { timerReactions } from './timers.js';

/** Lets several things follow from one fact, one after the other. */
const inTurn =
  <Fact>(...reactions: readonly ((fact: Fact) => Follow)[]) =>
  async (fact: Fact): Follow => {
    const changes = [];
    for (const reaction of reactions) changes.push(...((await reaction(fact)) ?? []));
    return changes;
  };

/** Lets things follow from one fact that do not touch each other. */
const sideBySide =
  <Fact>(...reactions: readonly ((fact: Fact) => Follow)[]) =>
  async (fact: Fact): Follow => {
    const ended = await Promise.allSettled(reactions.map((reaction) => reaction(fact)));
    // Told only now: a fact is not tried again while something of the last try is under way.
    return ended.flatMap((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value ?? [];
    });
  };

/**
 * `DriveRental`: from a claimed wish to a settled end.
 *
 * Read the table from top to bottom: it is the walk of one rental. Everything that it remembers
 * is in the rental's own stream; everything that it waits for has a timer.
 */
export const createRentalProcess = (given: ProcessTools): ProcessManager => {
  const tools = rentalTools(given);
  const start = startReactions(tools);
  const payments = paymentReactions(tools);
  const banks = powerBankReactions(tools);
  const putBack = putBackReactions(tools);
  const swap = swapReactions(tools);
  const ending = endingReactions(tools);
  const timers = timerReactions(tools);

  const table: ReactionTable = {
    renter: {
      RentalClaimed: start.openRental,
    },
    rental: {
      RentalRequested: start.reservePowerBank,
      PowerBankAssigned: start.arrangePayment,
      PaymentPlanned: payments.securePayment,
      PaymentSecured: start.requestEject,
      PaymentDeclined: inTurn(
        payments.releasePayment,
        start.declineStart,
        payments.openDueAfterDecline,
        timers.setTimers,
      ),
      PaymentConfirmed: payments.capturePayment,
      PaymentReleased: payments.releasePayment,
      EjectRequested: start.orderEject,
      RentalStarted: inTurn(ending.countDiscount, timers.setTimers),
      RentalExtended: timers.setTimers,
      RentalBecameOverdue: inTurn(ending.warnRenter, timers.setTimers),
      PowerBankPutBack: inTurn(putBack.carryOutWish, timers.setTimers),
      CancellationRequested: timers.setTimers,
      SwapRequested: inTurn(swap.reserveForSwap, timers.setTimers),
      SwapCompleted: inTurn(swap.countSwap, swap.retireDefective, timers.setTimers),
      SwapFailed: inTurn(swap.releaseAfterFailure, timers.setTimers),
      RentalCancelled: inTurn(ending.undoStart, payments.payRefund, timers.setTimers),
      RentalCompleted: inTurn(
        payments.collectOwed,
        sideBySide(ending.freeRenter, ending.reward, ending.closePowerBank),
        timers.setTimers,
      ),
      DueOpened: ending.blockRenter,
      DueSettled: ending.settleRenter,
    },
    station: {
      PowerBankReserved: start.assignPowerBank,
      PowerBankEjected: banks.handOver,
      EjectRefused: start.failEject,
      EjectBecameUncertain: start.leaveUndecided,
      PowerBankDocked: banks.takeBack,
      PowerBankDeparted: banks.noteDeparture,
    },
    powerbank: {
      ServiceStateChanged: banks.markWhereItIs,
    },
  };

  return {
    name: rentalProcessName,
    categories: Object.keys(table),
    keyOf,
    react: (logged) => reactTo(table, logged),
    onTimer: timers.fire,
  };
};

const bankEvents: ReadonlySet<string> = new Set([
  'PowerBankEjected',
  'PowerBankDocked',
  'PowerBankDeparted',
]);

/**
 * What happens to one bank is handled in order, and so is what happens to one rental: a return
 * must never overtake the ejection of the same bank.
 */
const keyOf = ({ category, streamId, event: { type, data } }: LoggedEvent): string => {
  if (category === 'powerbank') return `bank:${streamId}`;
  if (bankEvents.has(type) && 'powerBank' in data) return `bank:${data.powerBank}`;
  if (category === 'rental' || !('rentalId' in data)) return streamId;
  return data.rentalId ?? streamId;
};
