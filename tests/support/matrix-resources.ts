/** What the matrix names in its requests: each kind of resource, found by the codec of its id. */

import * as E from 'fp-ts/lib/Either.js';
import { invitePartner } from '../../commands/partner/invite.js';
import type { PartnerType } from '../../domain/partner/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EmailAddress } from '../../domain/shared/identifier.js';
import type { StaffRole } from '../../domain/staff/index.js';
import type { Role } from '../../ports/http/access.js';
import { someEmail } from './desks.js';
import { testContext } from './house.js';
import type { Network } from './network.js';
import { newPerson, newStation, type Person, started } from './network-life.js';
import { type Caller, type CheckedAnswer, superAdmin } from './openapi-client.js';
import { allRoutes } from './routes.js';
import { sampleOf, targetOf } from './sample-request.js';

/** Ids by brand: of what the caller has, of what somebody else has, and of nothing. */
export interface Ids {
  readonly mine: Readonly<Record<string, string>>;
  readonly anothers: Readonly<Record<string, string>>;
  readonly none: Readonly<Record<string, string>>;
}

/** Of these, users have their own, and see nobody else's. The others are there for all. */
export const ownedBrands: ReadonlySet<string> = new Set(['RentalId', 'DeviceId']);

/** Samples for the whole matrix; if these do not suffice, something else is wrong. */
const samplesMax = 10_000;
let made = 0;
const nextSeed = (): number => {
  made += 1;
  return made;
};

/** Well-formed ids of nothing; new ones each time, since one operation may make what it names. */
const idsOfNothing = (): Readonly<Record<string, string>> => {
  const number = nextSeed();
  return {
    RentalId: `rental-none-${number}`,
    DeviceId: `device-none-${number}`,
    StationSerial: `KTM-none-${number}`,
    UserId: `user-none-${number}`,
    StaffId: `staff-none-${number}`,
    PackageId: `package-none-${number}`,
    LateFeeConfigId: `late-fee-none-${number}`,
    DiscountId: `KTM-none~package-none-${number}`,
    BroadcastId: `broadcast-none-${number}`,
    AccountCode: `liabilities:wallets:user-none-${number}`,
  };
};

/** The id in the answer to a sample of an operation that makes something. */
const idMadeBy = async (
  network: Network,
  operation: string,
  change: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const { call } = network;
  const route = allRoutes().find((each) => each.operation === operation);
  if (route === undefined) throw new Error(`there is no operation ${operation}`);
  const { body, ...place } = sampleOf(route, nextSeed());
  const wish = { ...Object(body), ...change };
  const request = `${route.method} ${targetOf(route, place)}` as const;
  const { status, data, code, text } = await call(superAdmin, request, { body: wish });
  if ((status === 201 || status === 202) && typeof data.id === 'string') return data.id;
  // What the codecs let through may still make no sense; the next sample does.
  if (status < 500 && code !== '' && made < samplesMax) return idMadeBy(network, operation, change);
  throw new Error(`${operation}: ${text}`);
};

const registerDevice = async ({ call }: Network, caller: Caller): Promise<string> => {
  const id = `device-${nextSeed()}-matrix`;
  const body = { device_id: id, fcm_token: 'a-push-token', device_type: 'ANDROID' };
  const answer: CheckedAnswer = await call(caller, 'POST /api/auth/device', { body });
  if (answer.status >= 300) throw new Error(answer.text);
  return id;
};

/** Somebody of each role, as the program knows them; users are made where they are needed. */
export const holdersOf = async (network: Network): Promise<Readonly<Record<Role, string>>> => ({
  user: (await newPerson(network)).userId,
  moderator: await staffOf(network, 'moderator'),
  admin: await staffOf(network, 'admin'),
  super_admin: await staffOf(network, 'super_admin'),
  auditor: await staffOf(network, 'auditor'),
  analyst: await staffOf(network, 'analyst'),
  franchise: await partnerOf(network, { kind: 'FRANCHISE' }),
  vendor: await partnerOf(network, { kind: 'VENDOR', vendorType: 'REVENUE' }),
  cabinet: 'matrix-cabinet',
});

const staffOf = (network: Network, role: StaffRole): Promise<string> =>
  idMadeBy(network, 'addStaff', { role, email: someEmail() });

const partnerOf = async ({ desk, clock }: Network, partner: PartnerType): Promise<string> => {
  const email = brandOrThrow(EmailAddress, someEmail());
  const person = { name: 'Hari Thapa', businessName: 'Thapa Tea', email };
  const invited = await invitePartner(desk, { person, partner, at: clock.now() }, testContext());
  if (E.isLeft(invited)) throw new Error(`not invited: ${invited.left.kind}`);
  return invited.right.userId;
};

export interface Resources {
  /** Who the holders of a role are, but for users. */
  readonly holders: Readonly<Record<Role, string>>;
  readonly owner: Person;
  readonly stranger: Person;
  /** Ids of the rentals that they have. */
  readonly rentals: { readonly owners: string; readonly strangers: string };
  /** Ids of all events about the stranger. */
  strangersEvents(): Promise<readonly string[]>;
  /** Ids for one call; what an operation may spoil is made anew for it. */
  idsFor(brands: ReadonlySet<string>): Promise<Ids>;
}

const eventsAbout = async (
  { store }: Network,
  { userId }: Person,
  rental: string,
): Promise<readonly string[]> => {
  const own = ['user', 'renter', 'wallet', 'points'].map((category) => `${category}-${userId}`);
  const ids: string[] = [];
  for (const stream of [`rental-${rental}`, ...own]) {
    for await (const { id } of store.readStream(stream)) ids.push(id);
  }
  return ids;
};

type Made = readonly [mine: string, anothers: string];

export const resourcesOf = async (network: Network): Promise<Resources> => {
  const owner = await newPerson(network, { wallet: '500.00', points: 100 });
  const stranger = await newPerson(network, { wallet: '500.00', points: 100 });
  const station = await newStation(network, { banks: 4 });
  const own = await started(network, owner, station);
  const others = await started(network, stranger, station);
  await network.settled();
  const same = (id: string): Made => [id, id];
  const makers: Readonly<Record<string, () => Promise<Made>>> = {
    RentalId: async () => [own.id, others.id],
    StationSerial: async () => same(station.serial),
    AccountCode: async () => same(`liabilities:wallets:${owner.userId}`),
    DeviceId: async () => [
      await registerDevice(network, owner.caller),
      await registerDevice(network, stranger.caller),
    ],
    UserId: async () => same((await newPerson(network)).userId),
    StaffId: async () => same(await idMadeBy(network, 'addStaff')),
    PackageId: async () => same(await idMadeBy(network, 'createRentalPackage')),
    LateFeeConfigId: async () => same(await idMadeBy(network, 'createLateFeeConfig')),
    BroadcastId: async () => {
      const channels = { send_email: true, send_push: false };
      return same(await idMadeBy(network, 'broadcastMessage', channels));
    },
    DiscountId: async () => {
      const packageId = await idMadeBy(network, 'createRentalPackage');
      const place = { station_id: station.serial, package_id: packageId };
      return same(await idMadeBy(network, 'offerDiscount', place));
    },
  };
  return {
    holders: await holdersOf(network),
    owner,
    stranger,
    rentals: { owners: own.id, strangers: others.id },
    strangersEvents: () => eventsAbout(network, stranger, others.id),
    idsFor: async (brands) => {
      const wanted = Object.entries(makers).filter(([brand]) => brands.has(brand));
      const pairs: [string, Made][] = [];
      for (const [brand, make] of wanted) pairs.push([brand, await make()]);
      return {
        mine: Object.fromEntries(pairs.map(([brand, [mine]]) => [brand, mine])),
        anothers: Object.fromEntries(pairs.map(([brand, [, anothers]]) => [brand, anothers])),
        none: idsOfNothing(),
      };
    },
  };
};
