import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { discount } from '../../domain/discount/index.js';
import { lateFee } from '../../domain/late-fee/index.js';
import { points } from '../../domain/points/index.js';
import { decodeEvent, decodeWith, eventsByCategory } from '../../domain/registry.js';
import { rentalIssue } from '../../domain/rental-issue/index.js';
import { rentalPackage } from '../../domain/rental-package/index.js';
import { renter } from '../../domain/renter/index.js';
import { settings } from '../../domain/settings/index.js';
import { event } from '../../domain/shared/events.js';
import { instant } from '../../domain/shared/instant.js';
import { user } from '../../domain/user/index.js';
import { wallet } from '../../domain/wallet/index.js';

const at = instant('2026-03-01T10:00:00.000Z');
const stored = { category: 'settings', type: 'SettingChanged', schemaVersion: 1 };
const data = { key: 'POINTS_KYC', value: '30', at };

test('an aggregate is registered under its own category, with its own events', (test) => {
  const aggregates = [
    wallet,
    points,
    user,
    renter,
    rentalPackage,
    discount,
    lateFee,
    settings,
    rentalIssue,
  ];
  const registered: Readonly<Record<string, unknown>> = eventsByCategory;
  for (const { category, events } of aggregates) {
    test.is(registered[category], events, category);
    test.false(category.includes('-'), 'a category ends at the first dash');
  }
});

test('no two categories share an event type, so a type alone names an event', (test) => {
  const types = Object.values(eventsByCategory).flatMap((events) => Object.keys(events));
  test.deepEqual(
    types.filter((type, at) => types.indexOf(type) !== at),
    [],
  );
});

test('a stored event is read', (test) => {
  test.deepEqual(decodeEvent({ ...stored, data }), E.right({ type: 'SettingChanged', data }));
});

test('fields that the event does not have are dropped', (test) => {
  test.deepEqual(
    decodeEvent({ ...stored, data: { ...data, colour: 'red' } }),
    E.right({ type: 'SettingChanged', data }),
  );
});

test('an unknown category, type or version is a fault with its name', (test) => {
  test.like(decodeEvent({ ...stored, category: 'weather', data }), {
    left: { kind: 'UnknownCategory', category: 'weather' },
  });
  test.like(decodeEvent({ ...stored, type: 'toString', data }), {
    left: { kind: 'UnknownEventType', type: 'toString' },
  });
  for (const schemaVersion of [0, 2, 1.5, Number.NaN]) {
    test.like(decodeEvent({ ...stored, schemaVersion, data }), {
      left: { kind: 'UnknownSchemaVersion', version: schemaVersion },
    });
  }
});

test('bad data is a fault that names every bad field', (test) => {
  const answer = decodeEvent({ ...stored, data: { key: 1, value: '30', at: 'today' } });
  if (E.isRight(answer) || answer.left.kind !== 'BadEventData') return test.fail();
  test.is(answer.left.faults.length, 2);
});

// An event that was renamed twice: `text` became `words`, then `words` became a list.
const Version1 = t.type({ text: t.string });
const Version2 = t.type({ words: t.string });
const lifted = {
  Said: event(t.strict({ words: t.array(t.string) }), [
    (old) => (Version1.is(old) ? { words: old.text } : old),
    (old) => {
      if (!Version2.is(old)) throw new Error('no words');
      return { words: old.words.split(' ') };
    },
  ]),
};
const said = (schemaVersion: number, words: unknown) =>
  decodeWith(lifted, { category: 'talk', type: 'Said', schemaVersion, data: words });

test('an old version is lifted step by step, the current one is left alone', (test) => {
  const now = E.right({ type: 'Said' as const, data: { words: ['good', 'morning'] } });
  test.deepEqual(said(1, { text: 'good morning' }), now);
  test.deepEqual(said(2, { words: 'good morning' }), now);
  test.deepEqual(said(3, { words: ['good', 'morning'] }), now);
});

test('what cannot be lifted is a fault of the data, not a crash', (test) => {
  test.like(said(1, 'good morning'), {
    left: {
      kind: 'BadEventData',
      type: 'Said',
      faults: ['cannot be lifted from version 1: Error: no words'],
    },
  });
});

test('a credit that was written before gateways were named is read without one', (test) => {
  const old = { creditId: 'c-1', source: 'TOPUP', rentalId: null, at };
  const credit = { ...old, amount: { minor: 500, currency: 'NPR' } };
  const type = 'FundsCredited';
  const read = decodeEvent({ category: 'wallet', type, schemaVersion: 1, data: credit });
  test.deepEqual(read, E.right({ type, data: { ...credit, gateway: null } }));
  const now = decodeEvent({ category: 'wallet', type, schemaVersion: 2, data: credit });
  test.true(E.isLeft(now), 'from then on it is said');
});
