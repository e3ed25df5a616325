import test, { type ExecutionContext } from 'ava';
import { cabinet } from '../../projections/cabinet.js';
import { createTestDatabase } from '../support/postgres.js';
import { askReadModel, everything, inStream } from '../support/read-model.js';
import { minute } from '../support/rental.js';

const at = minute(0);
const order = { ejectId: 'e-1', rentalId: 'r-1', purpose: 'RENTAL', powerBank: 'PB001' };
const queued = { type: 'EjectQueued', data: { ...order, at } };
const ordered = { type: 'EjectOrdered', data: { ...order, slot: 3, at: minute(1) } };

const ejectsAfter = async (t: ExecutionContext, ...events: readonly (typeof queued)[]) => {
  const { database } = await createTestDatabase(t);
  const told = inStream('station-KTM-1', events);
  const { ejects } = await askReadModel(database, cabinet, {
    events: told,
    ask: everything(cabinet),
  });
  return ejects ?? [];
};

test('an eject that gets its turn at once is in the history as one that had to wait', async (t) => {
  const [atOnce] = await ejectsAfter(t, ordered);
  const [afterWaiting] = await ejectsAfter(t, queued, ordered);
  const expected = { status: 'ORDERED', slot: 3, ordered_power_bank: 'PB001', rental_id: 'r-1' };
  t.like(atOnce, expected);
  t.like(afterWaiting, expected);
});
