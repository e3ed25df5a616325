/**
 * What is kept of a fixed history. Where one of these tests fails, `evolve`, an upcaster or the
 * rules themselves come to something else than before: then the rules need another `version`, or
 * snapshots of the last release would be taken for those of this one.
 */

import test from 'ava';
import { type PointsEvent, points } from '../../domain/points/index.js';
import type { Aggregate } from '../../domain/shared/aggregate.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { fold } from '../../domain/shared/decider.js';
import type { DomainEvent } from '../../domain/shared/events.js';
import { EntryId, HoldId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { paisa } from '../../domain/shared/money.js';
import { type WalletEvent, wallet } from '../../domain/wallet/index.js';
import { sealed } from '../support/sealed.js';

const at = instant('2026-03-01T10:00:00.000Z');
const expiresAt = instant('2026-03-01T10:15:00.000Z');
const entry = (id: string): EntryId => brandOrThrow(EntryId, id);
const hold = (id: string): HoldId => brandOrThrow(HoldId, id);
const none = { rentalId: null } as const;
const npr = (minor: number) => ({ currency: 'NPR', minor });

const keptOf = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  events: readonly Event[],
) => ({
  version: aggregate.snapshots?.version,
  stored: aggregate.snapshots?.toStored(fold(aggregate, events)),
  keys: events.flatMap((event) => aggregate.snapshots?.keysSeen(event) ?? []),
});

test('what is kept of a wallet changes with the version of its rules only', (t) => {
  const purpose = 'RENTAL' as const;
  const held = (id: string, minor: number): WalletEvent => ({
    type: 'FundsHeld',
    data: { holdId: hold(id), amount: paisa(minor), purpose, ...none, expiresAt, at },
  });
  const captured = (id: string, holdId: string, [minor, rest]: readonly number[]): WalletEvent => {
    const ids = { holdId: hold(holdId), captureId: entry(id) };
    const amounts = { amount: paisa(minor ?? 0), remaining: paisa(rest ?? 0) };
    return { type: 'FundsCaptured', data: { ...ids, ...amounts, purpose, ...none, at } };
  };
  const credit = { amount: paisa(10_000), source: 'TOPUP', gateway: null, ...none, at } as const;
  const history: readonly WalletEvent[] = [
    { type: 'FundsCredited', data: { creditId: entry('credit'), ...credit } },
    held('taken', 100),
    captured('capture-1', 'taken', [60, 40]),
    captured('capture-2', 'taken', [40, 0]),
    held('freed', 200),
    {
      type: 'FundsReleased',
      data: { holdId: hold('freed'), amount: paisa(200), closedBy: 'release', at },
    },
    held('open', 300),
    captured('capture-3', 'open', [50, 250]),
    {
      type: 'FundsDebited',
      data: { debitId: entry('debit'), amount: paisa(500), purpose: 'DUE', ...none, at },
    },
    {
      type: 'WalletAdjusted',
      data: { adjustmentId: entry('adjustment'), amount: paisa(-7), reason: 'sealed', at },
    },
  ];
  t.deepEqual(keptOf(wallet, history), {
    version: 1,
    stored: {
      balance: npr(9_343),
      held: npr(250),
      openHolds: [
        {
          holdId: 'open',
          amount: npr(300),
          purpose,
          rentalId: null,
          remaining: npr(250),
          lastCapture: 'capture-3',
          expiresAt,
        },
      ],
    },
    keys: [
      'entry credit',
      'entry capture-1',
      ...['entry capture-2', 'hold taken'],
      'hold freed',
      'entry capture-3',
      'entry debit',
      'entry adjustment',
    ],
  });
});

test('what is kept of points changes with the version of their rules only', (t) => {
  const held = (id: string, count: number): PointsEvent => ({
    type: 'PointsHeld',
    data: { holdId: hold(id), points: count, ...none, expiresAt, at },
  });
  const history: readonly PointsEvent[] = [
    {
      type: 'PointsAwarded',
      data: { awardId: entry('award'), points: 100, source: 'KYC', ...none, at },
    },
    held('spent', 10),
    { type: 'PointsRedeemed', data: { holdId: hold('spent'), points: 10, ...none, at } },
    held('freed', 20),
    { type: 'PointsReleased', data: { holdId: hold('freed'), points: 20, closedBy: 'expiry', at } },
    held('open', 30),
    { type: 'PointsGivenBack', data: { givingBackId: entry('back'), points: 5, ...none, at } },
    {
      type: 'PointsAdjusted',
      data: { adjustmentId: entry('adjustment'), points: -1, reason: sealed('why'), at },
    },
  ];
  t.deepEqual(keptOf(points, history), {
    version: 1,
    stored: {
      balance: 94,
      held: 30,
      lifetimeEarned: 100,
      openHolds: [{ holdId: 'open', points: 30, rentalId: null, expiresAt }],
    },
    keys: ['entry award', 'hold spent', 'hold freed', 'entry back', 'entry adjustment'],
  });
});
