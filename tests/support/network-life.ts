/** Users, stations and cabinets of a network: each test has its own. */

import * as E from 'fp-ts/lib/Either.js';
import type {
  DecideEject,
  EjectBehaviour,
  EjectRequest,
} from '../../adapters/embedded/cabinets/behaviour.js';
import { createSimulatedCabinet } from '../../adapters/embedded/cabinets/cabinet.js';
import type { InsertOptions, SimulatedCabinet } from '../../adapters/embedded/cabinets/contract.js';
import type { SimulatedBank, SimulatedSlots } from '../../adapters/embedded/cabinets/slots.js';
import type { RentalStatus } from '../../domain/rental/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, UserId } from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';
import { registrationByOperator } from '../../domain/user/index.js';
import { isRecord } from '../../ports/http/json.js';
import { testContext } from './house.js';
import { eventually, type Network } from './network.js';
import {
  admin,
  type Caller,
  type CallOptions,
  type CheckedAnswer,
  moderator,
  userNamed,
} from './openapi-client.js';

/** The simulated cabinet does by itself only what it is told from outside. */
const neverMs = 3_600_000;
const timings = {
  heartbeatMs: neverMs,
  firstUploadMs: neverMs,
  uploadMs: neverMs,
  ejectMs: 1,
  reconnectMs: 20,
};

let count = 0;
/** A number that nothing else in this process has: tests share their network. */
const nextNumber = (): number => {
  count += 1;
  return count;
};

export interface Person {
  readonly caller: Caller;
  readonly userId: UserId;
  /** What they had before they rented anything. */
  readonly purse: { readonly wallet: string; readonly points: number };
}

export interface TestStation {
  readonly serial: string;
  readonly imei: string;
  /** The cabinet that is switched on; another one after a power cut. */
  readonly cabinet: SimulatedCabinet;
  /** Serials of the banks that were in it at first, fullest first. */
  readonly banks: readonly string[];
  /** Every eject that the cabinet was told, in order. */
  readonly told: readonly EjectRequest[];
  /** How it answers ejects from now on. */
  script(behaviour: EjectBehaviour): void;
}

/** Money that comes into a wallet from outside; no gateway is connected yet. */
export const topUp = async (
  { handlers, clock }: Network,
  { userId }: Pick<Person, 'userId'>,
  amount: string,
): Promise<void> => {
  const creditId = brandOrThrow(EntryId, `top-up-${nextNumber()}`);
  const credit = {
    creditId,
    amount: rupees(amount),
    source: 'TOPUP',
    gateway: null,
    rentalId: null,
  } as const;
  const command = { type: 'CreditWallet', ...credit, at: clock.now() } as const;
  const credited = await handlers.wallet.execute(userId, command, testContext());
  if (E.isLeft(credited)) throw new Error(`the top-up failed: ${credited.left.kind}`);
};

const givePoints = async (
  { handlers, clock }: Network,
  userId: UserId,
  points: number,
): Promise<void> => {
  const awardId = brandOrThrow(EntryId, `award-${nextNumber()}`);
  const award = { awardId, points, source: 'SIGNUP', rentalId: null } as const;
  const command = { type: 'AwardPoints', ...award, at: clock.now() } as const;
  const awarded = await handlers.points.execute(userId, command, testContext());
  if (E.isLeft(awarded)) throw new Error(`no points were given: ${awarded.left.kind}`);
};

/** Somebody who has signed up; sign-up itself has no door yet. */
export const newPerson = async (
  network: Network,
  { wallet = '0.00', points = 0 }: Partial<Person['purse']> = {},
): Promise<Person> => {
  const { handlers, clock } = network;
  const userId = brandOrThrow(UserId, `user-${nextNumber()}`);
  const command = registrationByOperator(userId, clock.now());
  const registered = await handlers.user.execute(userId, command, testContext());
  if (E.isLeft(registered)) throw new Error(`nobody signed up: ${registered.left.kind}`);
  if (rupees(wallet).minor > 0) await topUp(network, { userId }, wallet);
  if (points > 0) await givePoints(network, userId, points);
  return { caller: userNamed(userId), userId, purse: { wallet, points } };
};

const slotsOf = (count: number, banks: readonly SimulatedBank[]): SimulatedSlots =>
  Array.from({ length: count }, (_, index) => ({
    slot: index + 1,
    bank: banks[index] ?? null,
    fault: null,
  }));

/** Staff register a station; nobody has seen its cabinet yet. */
const register = async (
  { call }: Network,
  { number, slots }: { readonly number: number; readonly slots: number },
): Promise<Pick<TestStation, 'serial' | 'imei'>> => {
  const serial = `KTM-${number}`;
  const imei = String(860_000_000_000_000 + number);
  const registered = await call(admin, 'POST /api/admin/stations', {
    body: {
      serial_number: serial,
      imei,
      station_name: `Station ${number}`,
      latitude: 27.7172,
      longitude: 85.324,
      address: 'Durbar Marg, Kathmandu',
      total_slots: slots,
    },
  });
  if (registered.status !== 201) throw new Error(registered.text);
  return { serial, imei };
};

/** A cabinet with these slots, connected; whatever it is told to eject is written down. */
const switchOn = async (
  network: Network,
  imei: string,
  { slots, behaviour }: { readonly slots: SimulatedSlots; readonly behaviour: DecideEject },
): Promise<SimulatedCabinet> => {
  const { cabinetHttpUrl: httpBaseUrl, log } = network;
  const options = { imei, slots, httpBaseUrl, timings, behaviour, log };
  const cabinet = createSimulatedCabinet({ ...options, mqtt: 'provisioned' });
  network.onStop(cabinet.stop);
  await cabinet.connected();
  return cabinet;
};

/** A registered station whose cabinet is connected and has shown its slots. */
export const newStation = async (
  network: Network,
  { banks: full = 2, slots = 8 }: { readonly banks?: number; readonly slots?: number } = {},
): Promise<TestStation> => {
  const number = nextNumber();
  const named = await register(network, { number, slots });
  // The first is the fullest, so that it is known which one comes out (START-10).
  const banks = Array.from({ length: full }, (_, index) => ({
    serial: String(10_000_000 + number * 100 + index),
    power: Math.max(30, 95 - index),
  }));
  const told: EjectRequest[] = [];
  let now: EjectBehaviour = { kind: 'obey' };
  const behaviour: DecideEject = (request) => {
    told.push(request);
    return now;
  };
  const inside = slotsOf(slots, banks);
  const cabinet = await switchOn(network, named.imei, { slots: inside, behaviour });
  if (!(await cabinet.upload())) throw new Error(`${named.serial} could not show its slots`);
  const script = (next: EjectBehaviour): void => {
    now = next;
  };
  return { ...named, cabinet, banks: banks.map(({ serial }) => serial), told, script };
};

/** The power comes back: the same cabinet with what was in it, connected anew. */
export const switchedOnAgain = async (
  network: Network,
  station: TestStation,
): Promise<TestStation> => {
  const slots = station.cabinet.slots();
  const behaviour: DecideEject = () => ({ kind: 'obey' });
  return { ...station, cabinet: await switchOn(network, station.imei, { slots, behaviour }) };
};

/** Asks for a rental and waits for the cabinet. */
export const start = (
  network: Network,
  { caller }: Pick<Person, 'caller'>,
  station: Pick<TestStation, 'serial'>,
  { package: packageId = 'hour-1', ...options }: CallOptions & { readonly package?: string } = {},
): Promise<CheckedAnswer> =>
  network.call(caller, 'POST /api/rentals/start', {
    body: { station_sn: station.serial, package_id: packageId },
    wait: 20,
    ...options,
  });

/** A rental whose bank is out. */
export interface Started {
  readonly id: string;
  readonly bank: string;
  readonly answer: CheckedAnswer;
}

export const started = async (...asked: Parameters<typeof start>): Promise<Started> => {
  const answer = await start(...asked);
  const { status, rental_id: id, powerbank_sn: bank } = answer.data;
  if (status !== 'ACTIVE' || typeof id !== 'string' || typeof bank !== 'string') {
    throw new Error(answer.text);
  }
  return { id, bank, answer };
};

type PutInOptions = InsertOptions & { readonly power?: number | null };

/**
 * Somebody puts the bank into a slot; resolves when the cabinet has told of it. It takes a second:
 * two visits in the same instant would be one that was told twice.
 */
export const putIn = async (
  { clock }: Network,
  { cabinet }: Pick<TestStation, 'cabinet'>,
  { serial, power = 60, ...insert }: PutInOptions & { readonly serial: string },
): Promise<number> => {
  clock.advance({ seconds: 1 });
  const slot = await cabinet.insertBank({ serial, power }, insert);
  if (E.isLeft(slot)) throw new Error(`the bank was not put in: ${slot.left}`);
  return slot.right;
};

/** Data of an answer that has passed its schema. */
export type Data = CheckedAnswer['data'];

/** What a reader sees who has heard of everything that is in the log now. */
export const readNow = async (
  network: Network,
  caller: Caller,
  request: `GET /${string}`,
): Promise<CheckedAnswer> => {
  const last = await network.store.lastPosition();
  return network.call(caller, request, last === null ? {} : { minPosition: String(last) });
};

/** How a rental stands, as staff see it. */
export const standingOf = async (network: Network, rentalId: string): Promise<Data> =>
  (await readNow(network, moderator, `GET /api/admin/rentals/${rentalId}`)).data;

/** The open rental of somebody, as their app shows it, or as it would be at a later moment. */
export const activeOf = async (
  network: Network,
  { caller }: Pick<Person, 'caller'>,
  ifReturnedAt?: string,
): Promise<Data> => {
  const query = ifReturnedAt === undefined ? '' : `?if_returned_at=${ifReturnedAt}`;
  return (await readNow(network, caller, `GET /api/rentals/active${query}`)).data;
};

/** What staff see of the slots of a station, by the number of each. */
export const slotsShown = async (
  network: Network,
  { serial }: Pick<TestStation, 'serial'>,
): Promise<ReadonlyMap<unknown, Readonly<Record<string, unknown>>>> => {
  const { data } = await readNow(network, moderator, `GET /api/admin/stations/${serial}`);
  const slots = Array.isArray(data.slots) ? data.slots.filter(isRecord) : [];
  return new Map(slots.map((slot) => [slot.number, slot]));
};

/** Where staff see a bank. */
export const bankShown = async (network: Network, serial: string): Promise<Data> => {
  let page = 'page_size=100';
  for (;;) {
    const { data } = await readNow(network, moderator, `GET /api/admin/powerbanks?${page}`);
    const items = Array.isArray(data.items) ? data.items.filter(isRecord) : [];
    const found = items.find(({ serial_number }) => serial_number === serial);
    if (found !== undefined) return found;
    if (typeof data.next_cursor !== 'string') throw new Error(`staff do not see bank ${serial}`);
    page = `page_size=100&cursor=${data.next_cursor}`;
  }
};

/** Resolves once the rental has this status and everything that follows from it is done. */
export const reaches = async (
  network: Network,
  rentalId: string,
  status: RentalStatus,
): Promise<Data> => {
  await eventually(async () => (await standingOf(network, rentalId)).status === status);
  await network.settled();
  return standingOf(network, rentalId);
};

/** Brings the bank of a rental back, and waits for its end. */
export const bringBack = async (
  network: Network,
  { id, bank }: Pick<Started, 'id' | 'bank'>,
  station: TestStation,
  options: PutInOptions = {},
): Promise<Data> => {
  await putIn(network, station, { serial: bank, ...options });
  return reaches(network, id, 'COMPLETED');
};

/** What somebody has, held or not, as their app shows it. */
export const purseOf = async (
  network: Network,
  { caller }: Pick<Person, 'caller'>,
): Promise<Person['purse']> => {
  const { data } = await readNow(network, caller, 'GET /api/users/wallet');
  const points = isRecord(data.points) ? Number(data.points.current) : Number.NaN;
  return { wallet: String(data.balance), points };
};
