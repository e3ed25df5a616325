/** Facts with ids as strange as ids may be, that stand in the log after later ones. */

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { proposeEvent } from '../../commands/propose.js';
import { type PointsEvent, pointsEvents } from '../../domain/points/events.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, RentalId, UserId } from '../../domain/shared/ids.js';
import { type Instant, plusMinutes } from '../../domain/shared/instant.js';
import { paisa } from '../../domain/shared/money.js';
import {
  GatewayName,
  GatewayReference,
  type WalletEvent,
  walletEvents,
} from '../../domain/wallet/events.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { testContext } from './house-core.js';
import { createMemoryEventStore } from './memory-event-store.js';
import { collect } from './proposed-event.js';

const usersCount = 40;
const stepMinutes = 600;
/** Every one of them somewhere, whatever the samples are. */
const worst = ['X', 'XX', 'x', 'X-', 'a--b', 'a_b', 'A-_b', 'z:', '9~.', 'U_-', 'u--2D', 'u---2D'];

const sampleOf = (pattern: RegExp, seed: number): readonly string[] =>
  fc.sample(fc.stringMatching(pattern), { seed, numRuns: usersCount });

/** Where a strange person is the only one of their kind. */
const factsOf = (text: string, gateway: string, at: Instant) => {
  const id = brandOrThrow(EntryId, 'e-1');
  const rentalId = brandOrThrow(RentalId, text);
  const reference = brandOrThrow(GatewayReference, `pay/${text.length}=`);
  const name = brandOrThrow(GatewayName, gateway);
  const common = { creditId: id, amount: paisa(123_456_789), at } as const;
  const credits: readonly WalletEvent[] = [
    {
      type: 'FundsCredited',
      data: { ...common, source: 'TOPUP', gateway: { name, reference }, rentalId: null },
    },
    { type: 'FundsCredited', data: { ...common, source: 'REFUND', gateway: null, rentalId } },
    {
      type: 'FundsCredited',
      data: { ...common, source: 'DEMO', gateway: null, rentalId: null },
    },
  ];
  const award = { awardId: id, points: 7, source: 'SOCIAL_SIGNUP', rentalId: null, at } as const;
  const awards: readonly PointsEvent[] = [{ type: 'PointsAwarded', data: award }];
  return { credits, awards };
};

/** A history with these behind it; their times go on from a moment that is long past by then. */
export const withStrangeFacts = async (
  history: readonly RecordedEvent[],
  { seed, from }: { readonly seed: number; readonly from: Instant },
): Promise<readonly RecordedEvent[]> => {
  const store = createMemoryEventStore();
  const gateways = sampleOf(GatewayName.pattern, seed);
  const people = [...worst, ...sampleOf(UserId.pattern, seed)];
  for (const [index, person] of people.entries()) {
    const at = plusMinutes(from, index * stepMinutes);
    const { credits, awards } = factsOf(person, gateways[index % gateways.length] ?? 'pay', at);
    const tools = () => ({ id: randomUUID(), context: testContext() });
    const proposals = [
      credits.map((event) => proposeEvent(walletEvents, event, tools())),
      awards.map((event) => proposeEvent(pointsEvents, event, tools())),
    ] as const;
    store.record(`wallet-${person}`, proposals[0]);
    store.record(`points-${person}`, proposals[1]);
  }
  const last = history.at(-1)?.position ?? 0n;
  const strange = await collect(store.readLog(null));
  return [...history, ...strange.map((event) => ({ ...event, position: event.position + last }))];
};
