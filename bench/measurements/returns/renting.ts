/** Rentals from their start to the books that they leave. */

import * as t from 'io-ts';
import { readTotals } from '../../../audit/totals.js';
import { rupees } from '../../../domain/shared/money.js';
import type { Cleanup } from '../../cleanup.js';
import { newPerson, newStation, type Person, type Station } from '../../network.js';
import type { Program } from '../../program.js';
import { mustEqual } from '../../sums.js';

const slotsOfStation = 24;
const startWaitSeconds = 25;

const opening = rupees('100.00');
const packageId = 'hour-1';
const packagePrice = rupees('50.00');

const StartAnswer = t.type({
  data: t.type({ rental_id: t.string, status: t.string, powerbank_sn: t.string }),
});

export interface Rental {
  readonly id: string;
  readonly bank: string;
  readonly person: Person;
  readonly station: Station;
}

/** Rentals that one station can hand out: a slot stays free, the others hold a bank. */
const rentalsOfStation = slotsOfStation - 1;

export const openStations = (
  program: Program,
  cleanup: Cleanup,
  count: number,
): Promise<readonly Station[]> => {
  const size = { slots: slotsOfStation, banks: rentalsOfStation };
  const numbers = Array.from({ length: count }, (_, number) => number);
  return Promise.all(numbers.map((number) => newStation({ program, cleanup }, number, size)));
};

/** Somebody with enough money for one rental. */
export const newRenter = (program: Program, number: number): Promise<Person> =>
  newPerson(program, number, opening);

/** Resolves when the cabinet has given the bank out. */
export const startRental = async (person: Person, station: Station): Promise<Rental> => {
  const { data } = await person.caller.send('POST /api/rentals/start', {
    body: { station_sn: station.serial, package_id: packageId, payment_mode: 'wallet' },
    idempotencyKey: `bench-start-${person.userId}`,
    waitSeconds: startWaitSeconds,
    status: 201,
    answer: StartAnswer,
  });
  if (data.status !== 'ACTIVE') throw new Error(`${data.rental_id} is ${data.status}`);
  return { id: data.rental_id, bank: data.powerbank_sn, person, station };
};

/** Every rental was paid once, nothing else was taken, and nothing is left held. */
export const checkSums = async (
  { handlers, store }: Program,
  rentals: readonly Rental[],
): Promise<void> => {
  for (const { person } of rentals) {
    const { state } = await handlers.wallet.load(person.userId);
    const left = opening.minor - packagePrice.minor;
    mustEqual(`paisa of ${person.userId}`, state.balance.minor, left);
    mustEqual(`paisa that ${person.userId} has held`, state.held.minor, 0);
  }
  const totals = await readTotals({ store, until: { kind: 'end' } });
  const earned = totals.trialBalance.find(({ family }) => family === 'rental');
  mustEqual('the books are balanced', totals.isBalanced, true);
  mustEqual('paisa earned', earned?.credits, rentals.length * packagePrice.minor);
};
