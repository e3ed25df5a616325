import { spendablePoints } from '../../domain/points/index.js';
import type { Available } from '../../domain/pricing/index.js';
import type { Rental } from '../../domain/rental/index.js';
import { Bug } from '../../domain/shared/assert.js';
import type { RentalId, UserId } from '../../domain/shared/ids.js';
import { spendable } from '../../domain/wallet/index.js';
import type { Handlers } from '../handlers.js';
import type { Fact } from '../process/facts.js';
import { remembering } from '../process/memory.js';
import { type ProcessTools, processActor } from '../process/tools.js';

export const rentalProcessName = 'rental';
export const rentalActor = processActor(`${rentalProcessName}-process`);

/** What one run of the process works with: it remembers the rentals and the banks that pass. */
export const rentalTools = ({ handlers, ...tools }: ProcessTools) => ({
  ...tools,
  handlers: {
    ...handlers,
    rental: remembering(handlers.rental),
    powerBank: remembering(handlers.powerBank),
  },
});

export type RentalTools = ReturnType<typeof rentalTools>;

/** A rental that a fact led us to, so it is there; with all that happened to it up to the fact. */
export const loadRental = async (
  { handlers }: Pick<RentalTools, 'handlers'>,
  rentalId: RentalId,
  { position }: Pick<Fact<unknown>, 'position'>,
): Promise<Rental> => {
  const state = await handlers.rental.upTo(rentalId, position);
  if (state === null) throw new Bug(`rental ${rentalId} has facts but was never requested`);
  return state;
};

/** What a user can spend now, read from the log. */
export const balancesOf = async (
  { handlers }: { readonly handlers: Pick<Handlers, 'wallet' | 'points'> },
  userId: UserId,
): Promise<Available> => {
  const [wallet, points] = await Promise.all([
    handlers.wallet.load(userId),
    handlers.points.load(userId),
  ]);
  return { wallet: spendable(wallet.state), points: spendablePoints(points.state) };
};
