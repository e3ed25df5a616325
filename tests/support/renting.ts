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
import { plusSeconds } from '../../domain/shared/instant.js';
import { rupees, toRupees } from '../../domain/shared/money.js';
import type { House } from './house-core.js';
import { bank, pay, request, station, swapId } from './rental.js';
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
  /** Scenes of one house need names of their own. */
  name = '1',
): Promise<Scene> => {
  const { handlers, clock, done } = house;
  const userId = brandOrThrow(UserId, `u-${name}`);
  const ktm = station(`KTM-${name}`);
  const suffix = name === '1' ? '' : name.replace('-', '');
  const best = bank(`11111111${suffix}`);
  const at = clock.now();
  await done(handlers.settings, settingsId, { type: 'SeedSettings', at });
  const creditId = brandOrThrow(EntryId, 'start');
  if (purse.wallet !== '0') {
    await done(handlers.wallet, userId, {
      type: 'CreditWallet',
      creditId,
      amount: rupees(purse.wallet),
      source: 'DEMO',
      gateway: null,
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
  await openStation(house, ktm, '123456789012345');
  await showSlots(house, ktm, [best, bank(`22222222${suffix}`), null, null]);
  await house.settled();
  return { userId, station: ktm, best };
};

/** A registered station whose cabinet has given a sign of life. */
export const openStation = async (
  { handlers, clock, done }: House,
  where: StationSerial,
  imei: string,
): Promise<void> => {
  const at = clock.now();
  await done(handlers.station, where, {
    type: 'RegisterStation',
    station: where,
    imei: brandOrThrow(Imei, imei),
    details: stationDetails(),
    at,
  });
  await done(handlers.station, where, { type: 'RecordSignOfLife', trigger: 'HEARTBEAT', at });
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
    request: { ...request(), userId: scene.userId, station: scene.station, ...change },
    at: clock.now(),
  });
};

/** The order that has the turn, or had it last. */
export const lastEject = async (house: House, scene: Scene) => {
  const ordered = (await house.eventsOf(`station-${scene.station}`)).findLast(
    (event) => event.type === 'EjectOrdered',
  );
  if (ordered?.type !== 'EjectOrdered') throw new Error('no eject was ordered');
  return ordered.data;
};

/** The cabinet answers an eject, by default the last one that was ordered. */
export const answer = async (
  house: House,
  scene: Scene,
  what: {
    readonly outcome: 'ejected' | 'not_ejected' | 'uncertain';
    readonly powerBank?: PowerBankSerial;
  },
): Promise<void> => {
  const ordered = await lastEject(house, scene);
  await house.done(house.handlers.station, scene.station, {
    type: 'RecordEjectAnswer',
    powerBank: what.powerBank ?? ordered.powerBank,
    slot: null,
    outcome: what.outcome,
    rawState: what.outcome === 'ejected' ? 1 : 0,
    at: house.clock.now(),
  });
};

/** The order reaches the cabinet, which answers it or says nothing. */
export const ejects = async (
  house: House,
  scene: Scene,
  outcome: 'ejected' | 'not_ejected' | 'uncertain' | 'silent',
): Promise<void> => {
  const { ejectId } = await lastEject(house, scene);
  await house.done(house.handlers.station, scene.station, {
    type: 'RecordEjectDispatched',
    ejectId,
    commandTtlSeconds: 15,
    at: house.clock.now(),
  });
  if (outcome !== 'silent') await answer(house, scene, { outcome });
};

/** A rental whose bank is out. */
export const startRental = async (
  house: House,
  scene: Scene,
  id: string,
  change: Partial<RentalRequest> = {},
): Promise<void> => {
  await claim(house, scene, id, change);
  await house.settled();
  await ejects(house, scene, 'ejected');
  await house.settled();
};

/** The bank that came out last goes back into slot 4. */
export const returnBank = async (
  { handlers, clock, done }: House,
  { station: where, best }: Scene,
  change: {
    readonly station?: StationSerial;
    readonly slot?: number;
    readonly channel?: 'return' | 'return-http' | 'return-selftest';
  } = {},
): Promise<void> => {
  await done(handlers.station, change.station ?? where, {
    type: 'RecordReturn',
    slot: change.slot ?? 4,
    powerBank: best,
    accepted: true,
    rawState: 1,
    batteryPercent: 60,
    channel: change.channel ?? 'return',
    echoWindowMinutes: timing.echoWindowMinutes,
    at: clock.now(),
  });
};

export const statusOf = async ({ handlers }: House, id: string): Promise<string | null> =>
  (await handlers.rental.load(id)).state?.status ?? null;

export const typesOf = async (house: House, stream: string): Promise<readonly string[]> =>
  (await house.eventsOf(stream)).map(({ type }) => type);

/** What the user has, and what of it is held. */
export const balances = async ({ handlers }: House, { userId }: Scene) => {
  const { state: wallet } = await handlers.wallet.load(userId);
  const { state: points } = await handlers.points.load(userId);
  return {
    wallet: toRupees(wallet.balance),
    points: points.balance,
    held: `${toRupees(wallet.held)} + ${points.held}`,
  };
};

/** The renter says, within their five minutes, what they will put the bank back for. */
export const announce = async (
  { handlers, clock, done }: House,
  id: string,
  what: 'cancel' | 'swap',
): Promise<void> => {
  const at = clock.now();
  await done(handlers.rental, id, {
    type: 'AwaitPutBack',
    wish:
      what === 'cancel'
        ? { kind: 'cancel', reason: null, feePaymentId: pay(`${id}:fee`) }
        : {
            kind: 'swap',
            swapId: swapId(`${id}:swap`),
            requestedPowerBank: null,
            reason: 'LOW_BATTERY',
            description: null,
          },
    until: plusSeconds(at, 30),
    at,
  });
};
