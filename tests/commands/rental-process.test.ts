import test from 'ava';
import { openHouse } from '../support/house.js';
import { claim, ejects, furnish, returnBank, statusOf, typesOf } from '../support/renting.js';

test('a prepaid rental walks from the claim to the settled end', async (t) => {
  const house = await openHouse(t);
  const scene = await furnish(house, { wallet: '100', points: 200 });

  await claim(house, scene, 'r-1');
  await house.settled();
  await ejects(house, scene, 'ejected');
  await house.settled();
  t.is(await statusOf(house, 'r-1'), 'ACTIVE');

  house.clock.advance({ minutes: 30 });
  await returnBank(house, scene);
  await house.settled();

  t.deepEqual(await typesOf(house, 'rental-r-1'), [
    'RentalRequested',
    'PowerBankAssigned',
    'PaymentPlanned',
    'PaymentSecured',
    'EjectRequested',
    'PaymentConfirmed',
    'RentalStarted',
    'PaymentCaptured',
    'PowerBankReturned',
    'RentalCompleted',
  ]);
  const { state: wallet } = await house.handlers.wallet.load(scene.userId);
  const { state: points } = await house.handlers.points.load(scene.userId);
  t.is(wallet.balance.minor, 7_000);
  t.is(points.balance, 55);
  t.is(wallet.held.minor + points.held, 0);
});
