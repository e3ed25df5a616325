import test from 'ava';
import fc from 'fast-check';
import { owedAt, type RentalState, takenPayments } from '../../domain/rental/index.js';
import { sum } from '../../domain/shared/money.js';
import { rental as readModel } from '../../projections/rental/index.js';
import { createTestDatabase } from '../support/postgres.js';
import { askReadModel, everything, inStream } from '../support/read-model.js';
import { someSteps, someTerms, walk } from '../support/rental-walk.js';

const runs = 60;

/** What the row must say, worked out from the domain's own state. */
const expected = (state: NonNullable<RentalState>) => {
  const paid = takenPayments(state);
  return {
    status: state.status,
    power_bank: state.run?.powerBank ?? state.assigned?.powerBank ?? null,
    started_at: state.run?.startedAt ?? null,
    due_at: state.run?.dueAt ?? null,
    paid_minor: BigInt(sum(paid.map(({ amount }) => amount)).minor),
    paid_points: BigInt(paid.reduce((points, { split }) => points + split.points, 0)),
    extensions_minor: BigInt(sum(state.extensions.map(({ price }) => price)).minor),
    extensions_count: state.extensions.length,
    is_on_time: state.completion?.onTime ?? null,
    cancellation_cause: state.cancellation?.cause ?? null,
    awaited_put_back_wish: state.awaitedPutBack?.wish.kind ?? null,
    put_back_wish: state.putBack?.wish?.kind ?? null,
    put_back_at: state.putBack?.sight.at ?? null,
  };
};

test('a rental row says what the domain says, however the events fall into batches', async (t) => {
  const { database } = await createTestDatabase(t);
  const property = fc.asyncProperty(
    someTerms,
    someSteps,
    fc.integer({ min: 1, max: 7 }),
    async (terms, steps, batchSize) => {
      const strides = walk(terms, steps);
      const last = strides.at(-1)?.after ?? null;
      const events = strides.flatMap((stride) => stride.events);
      if (last === null) return;
      const ask = everything(readModel);
      const told = inStream(`rental-${last.rentalId}`, events);
      const tables = await askReadModel(database, readModel, { events: told, batchSize, ask });
      const atOnce = await askReadModel(database, readModel, { events: told, ask });
      t.deepEqual(tables, atOnce);
      t.like(tables.rentals?.[0], withoutUnstartedBank(last, expected(last)));
      t.is(tables.payments?.length, last.payments.size);
      t.is(tables.swaps?.length, last.swaps.size);
      if (last.completion === null) return;
      const owed = owedAt(last, last.completion.endedAt);
      t.is(tables.rentals?.[0]?.owed_minor, BigInt(owed.minor));
      t.is(tables.rentals?.[0]?.payment_status, owed.minor > 0 ? 'PENDING' : 'PAID');
    },
  );
  await t.notThrowsAsync(fc.assert(property, { numRuns: runs }));
});

/** The domain forgets the bank of a rental that never started; its row keeps it for support. */
const withoutUnstartedBank = (
  state: NonNullable<RentalState>,
  row: ReturnType<typeof expected>,
) => {
  const { power_bank: _forgotten, ...rest } = row;
  return state.run === null ? rest : row;
};
