import test, { type ExecutionContext } from 'ava';
import type { CabinetOrder } from '../../domain/cabinet/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, RentalId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { type House, openHouse } from '../support/house.js';
import { furnish } from '../support/renting.js';

const open = async (t: ExecutionContext) => {
  const house = await openHouse(t);
  const { station } = await furnish(house, { wallet: '0', points: 0 });
  const orderId = brandOrThrow(EntryId, 'o-1');
  const at = (): Instant => house.clock.now();
  return {
    house,
    station,
    order: (order: CabinetOrder) =>
      house.done(house.handlers.cabinet, station, {
        type: 'OrderCabinet',
        orderId,
        order,
        origin: 'DASHBOARD',
        at: at(),
      }),
    isSent: () =>
      house.done(house.handlers.cabinet, station, { type: 'RecordOrderSent', orderId, at: at() }),
    isAnswered: () =>
      house.done(house.handlers.cabinet, station, {
        type: 'RecordOrderAnswered',
        orderId,
        ssids: ['shop'],
        at: at(),
      }),
    failure: () => lastFailure(house, station),
  };
};

const lastFailure = async (house: House, station: string) => {
  await house.settled();
  const last = (await house.eventsOf(`cabinet-${station}`)).at(-1);
  return last?.type === 'CabinetOrderFailed' ? last.data.failure : null;
};

test.serial('an order that nobody sends in time fails as expired', async (t) => {
  const { house, order, failure } = await open(t);
  await order({ kind: 'reboot' });
  await house.settled();
  house.clock.advance({ seconds: 29 });
  t.is(await failure(), null);
  house.clock.advance({ seconds: 1 });
  t.is(await failure(), 'expired');
});

for (const [order, seconds] of [
  [{ kind: 'check', includeEmpty: true }, 10],
  [{ kind: 'wifi-scan' }, 15],
] as const) {
  test.serial(`a ${order.kind} that is not answered within ${seconds} seconds fails`, async (t) => {
    const scene = await open(t);
    await scene.order(order);
    await scene.isSent();
    await scene.house.settled();
    scene.house.clock.advance({ seconds: seconds - 1 });
    t.is(await scene.failure(), null);
    scene.house.clock.advance({ seconds: 1 });
    t.is(await scene.failure(), 'no-answer');
  });
}

test.serial('what was answered, and what has no answer, does not fail later', async (t) => {
  for (const order of [{ kind: 'wifi-scan' }, { kind: 'reboot' }] as const) {
    const scene = await open(t);
    await scene.order(order);
    await scene.isSent();
    if (order.kind === 'wifi-scan') await scene.isAnswered();
    await scene.house.settled();
    scene.house.clock.advance({ minutes: 5 });
    t.is(await scene.failure(), null, order.kind);
  }
});

test.serial('P-011: a sight that a rental waits for is asked of the cabinet, once', async (t) => {
  const { house, station } = await open(t);
  const rentalId = brandOrThrow(RentalId, 'r-1');
  const wish = { type: 'RequestSlotSight', slot: 1, rentalId, at: house.clock.now() } as const;
  await house.done(house.handlers.station, station, wish);
  await house.done(house.handlers.station, station, wish);
  await house.settled();
  const orders = await house.eventsOf(`cabinet-${station}`);
  t.is(orders.length, 1);
  t.like(orders[0], {
    type: 'CabinetOrdered',
    data: { order: { kind: 'check', includeEmpty: true }, origin: 'PROCESS' },
  });
});
