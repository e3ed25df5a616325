import { isOpenPayment } from '../domain/rental/index.js';
import { HoldId, PaymentId, RentalId, UserId } from '../domain/shared/ids.js';
import { type Instant, plusSeconds } from '../domain/shared/instant.js';
import type { Timer, TimerChange } from '../ports/timers.js';
import { type Fact, type ReactionTable, reactTo } from './process/facts.js';
import type { ProcessManager } from './process/reactions.js';
import { issue, ownId, type ProcessTools, processActor, stepsAfter } from './process/tools.js';

const name = 'hold-expiry';
const actor = processActor(`${name}-process`);

/** While a rental counts on a hold it must not run out; looked at again after this time. */
const neededRecheckSeconds = 60;

type Purse = 'wallet' | 'points';

const timerIdOf = (purse: Purse, userId: string, holdId: string): string =>
  `hold:${purse}:${userId}:${holdId}`;

/**
 * `ExpireHolds`: no hold outlives its time, whoever forgot it. One exception: a rental that has
 * neither taken nor given up the payment counts on its hold. The power bank may be out already,
 * and only the process that would hear of it is late; every wait of a rental ends by itself.
 */
export const createHoldExpiryProcess = (tools: ProcessTools): ProcessManager => {
  const { handlers } = tools;

  const start =
    (purse: Purse) =>
    async ({
      streamId: userId,
      data,
    }: Fact<{
      readonly holdId: HoldId;
      readonly rentalId: RentalId | null;
      readonly expiresAt: Instant;
    }>): Promise<readonly TimerChange[]> => {
      const { holdId, rentalId, expiresAt } = data;
      const timerId = timerIdOf(purse, userId, holdId);
      const payload = { userId, holdId, rentalId: rentalId ?? '' };
      return [{ kind: 'schedule', timer: { timerId, kind: purse, dueAt: expiresAt, payload } }];
    };

  const stop =
    (purse: Purse) =>
    async ({
      streamId,
      data,
    }: Fact<{ readonly holdId: HoldId }>): Promise<readonly TimerChange[]> => [
      { kind: 'cancel', timerId: timerIdOf(purse, streamId, data.holdId) },
    ];

  const table: ReactionTable = {
    wallet: {
      FundsHeld: start('wallet'),
      FundsReleased: stop('wallet'),
      FundsCaptured: async (fact) => (fact.data.remaining.minor === 0 ? stop('wallet')(fact) : []),
    },
    points: {
      PointsHeld: start('points'),
      PointsReleased: stop('points'),
      PointsRedeemed: stop('points'),
    },
  };

  /** Whether a rental still counts on the hold; never for holds of other features. */
  const isNeeded = async (timer: Timer): Promise<boolean> => {
    const { rentalId, holdId } = timer.payload;
    if (rentalId === undefined || rentalId === '') return false;
    const { state } = await handlers.rental.load(ownId(RentalId, rentalId));
    const payment = state?.payments.get(ownId(PaymentId, holdId));
    if (payment === undefined) return false;
    return isOpenPayment(payment) || payment.status === 'confirmed';
  };

  const expire = async (timer: Timer): Promise<readonly TimerChange[]> => {
    if (await isNeeded(timer)) {
      const dueAt = plusSeconds(timer.dueAt, neededRecheckSeconds);
      return [{ kind: 'schedule', timer: { ...timer, dueAt } }];
    }
    const userId = ownId(UserId, timer.payload.userId);
    const holdId = ownId(HoldId, timer.payload.holdId);
    const cause = { id: `${timer.timerId}@${timer.dueAt}`, correlationId: timer.timerId };
    const context = stepsAfter(cause, actor)('expire');
    const wish = { type: 'ExpireHold', holdId, at: timer.dueAt } as const;
    // Refused, or without effect, when the hold was captured or released in the meantime.
    if (timer.kind === 'wallet') await issue(handlers.wallet, userId, wish, context);
    else await issue(handlers.points, userId, wish, context);
    return [];
  };

  return {
    name,
    categories: Object.keys(table),
    keyOf: (logged) => logged.stream,
    react: (logged) => reactTo(table, logged),
    onTimer: expire,
  };
};
