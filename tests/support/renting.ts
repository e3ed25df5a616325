import type { RentalRequest } from '../../domain/rental/index.js';
import { settingsId } from '../../domain/settings/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import {
  EntryId,
  Imei,
  type PowerBankSerial,
  RentalId,
  type StationSerial,
  UserId,
} from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';
import type { House } from './house.js';
import { bank, request, station } from './rental.js';
import { stationDetails } from './station-commands.js';

/** One user, one station with two banks. */
export interface Scene {
  readonly userId: UserId;
  readonly station: StationSerial;
  readonly best: PowerBankSerial;
}

const timing = { selfCheckSeconds: 5, echoWindowMinutes: 10 };

export const furnish = async (
  house: House,
  purse: { readonly wallet: string; readonly points: number },
): Promise<Scene> => {
  const { handlers, clock, done } = house;
  const userId = brandOrThrow(UserId, 'u-1');
  const ktm = station('KTM001');
  const at = clock.now();
  await done(handlers.settings, settingsId, { type: 'SeedSettings', at });
  const creditId = brandOrThrow(EntryId, 'start');
  if (purse.wallet !== '0') {
    await done(handlers.wallet, userId, {
      type: 'CreditWallet',
      creditId,
      amount: rupees(purse.wallet),
      source: 'DEMO',
      rentalId: null,
      at,
    });
  }
  if (purse.points > 0) {
    await done(handlers.points, userId, {
      type: 'AwardPoints',
      awardId: creditId,
      points: purse.points,
      source: 'SIGNUP',
      rentalId: null,
      at,
    });
  }
  const imei = brandOrThrow(Imei, '123456789012345');
  await done(handlers.station, ktm, {
    type: 'RegisterStation',
    station: ktm,
    imei,
    details: stationDetails(),
    at,
  });
  await done(handlers.station, ktm, { type: 'RecordSignOfLife', trigger: 'HEARTBEAT', at });
  await showSlots(house, ktm, [bank('11111111'), bank('22222222'), null, null]);
  await house.settled();
  return { userId, station: ktm, best: bank('11111111') };
};

/** The cabinet uploads its whole inventory; the first bank is the fullest. */
export const showSlots = async (
  { handlers, clock, done }: House,
  where: StationSerial,
  banks: readonly (PowerBankSerial | null)[],
): Promise<void> => {
  await done(handlers.station, where, {
    type: 'RecordInventory',
    whole: true,
    slots: banks.map((powerBank, index) => ({
      slot: index + 1,
      rawState: powerBank === null ? 0 : 1,
      normal: powerBank !== null,
      empty: powerBank === null,
      powerBank,
      batteryPercent: powerBank === null ? null : 95 - index,
    })),
    ...timing,
    at: clock.now(),
  });
};

export const claim = async (
  { handlers, clock, done }: House,
  scene: Scene,
  id: string,
  change: Partial<RentalRequest> = {},
): Promise<void> => {
  await done(handlers.renter, scene.userId, {
    type: 'ClaimRental',
    rentalId: brandOrThrow(RentalId, id),
    request: { ...request(), userId: scene.userId, ...change },
    at: clock.now(),
  });
};

/** The cabinet gets the running order and answers it. */
export const ejects = async (
  house: House,
  scene: Scene,
  outcome: 'ejected' | 'not_ejected' | 'uncertain',
): Promise<void> => {
  const { handlers, clock, done } = house;
  const ordered = (await house.eventsOf(`station-${scene.station}`)).findLast(
    (event) => event.type === 'EjectOrdered',
  );
  if (ordered?.type !== 'EjectOrdered') throw new Error('no eject was ordered');
  const { ejectId, powerBank } = ordered.data;
  const at = clock.now();
  const dispatched = { type: 'RecordEjectDispatched', ejectId, commandTtlSeconds: 15, at } as const;
  await done(handlers.station, scene.station, dispatched);
  await done(handlers.station, scene.station, {
    type: 'RecordEjectAnswer',
    powerBank,
    slot: null,
    outcome,
    rawState: outcome === 'ejected' ? 1 : 0,
    at,
  });
};

/** The bank that came out last goes back into slot 4. */
export const returnBank = async (
  { handlers, clock, done }: House,
  { station: where, best }: Scene,
  change: { readonly station?: StationSerial; readonly slot?: number } = {},
): Promise<void> => {
  await done(handlers.station, change.station ?? where, {
    type: 'RecordReturn',
    slot: change.slot ?? 4,
    powerBank: best,
    accepted: true,
    rawState: 1,
    batteryPercent: 60,
    channel: 'return',
    echoWindowMinutes: timing.echoWindowMinutes,
    at: clock.now(),
  });
};

export const statusOf = async ({ handlers }: House, id: string): Promise<string | null> =>
  (await handlers.rental.load(id)).state?.status ?? null;

export const typesOf = async (house: House, stream: string): Promise<readonly string[]> =>
  (await house.eventsOf(stream)).map(({ type }) => type);
