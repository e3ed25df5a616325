/** People, stations and cabinets for a program that has none. */

import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { systemClock } from '../adapters/clock.js';
import { createSimulatedCabinet } from '../adapters/embedded/cabinets/cabinet.js';
import type { SimulatedCabinet } from '../adapters/embedded/cabinets/contract.js';
import type { AggregateHandler } from '../commands/handler.js';
import { brandOrThrow } from '../domain/shared/brand.js';
import { EntryId, UserId } from '../domain/shared/ids.js';
import type { Money } from '../domain/shared/money.js';
import { registrationByOperator } from '../domain/user/index.js';
import type { IdentifiedPrincipal } from '../ports/http/principal.js';
import type { Caller } from './api-client.js';
import type { Cleanup } from './cleanup.js';
import { benchContext } from './context.js';
import type { Program } from './program.js';
import { quietLog } from './quiet-log.js';

export const staff: IdentifiedPrincipal = {
  kind: 'staff',
  id: 'bench',
  roles: ['super_admin'],
  sessionId: null,
};

const lookEveryMs = 20;
const firstImei = 860_000_000_000_000;
const firstBank = 10_000_000;
const bankPowerPercent = 90;

/** Nothing happens by itself: a cabinet does what it is told, and at once. */
const neverMs = 3_600_000;
const timings = {
  heartbeatMs: neverMs,
  firstUploadMs: neverMs,
  uploadMs: neverMs,
  ejectMs: 1,
  reconnectMs: 100,
};

export interface Person {
  readonly userId: UserId;
  readonly caller: Caller;
}

export interface Station {
  readonly serial: string;
  readonly cabinet: SimulatedCabinet;
}

const must = async <Command>(
  handler: Pick<AggregateHandler<Command, unknown, unknown, unknown>, 'execute'>,
  id: string,
  { command, name }: { readonly command: Command; readonly name: string },
): Promise<void> => {
  const result = await handler.execute(id, command, benchContext(name, id));
  if (E.isLeft(result)) throw new Error(`${name} ${id}: ${result.left.kind}`);
};

/** Somebody with money; sign-up and gateways have no door yet. */
export const newPerson = async (
  { api, handlers }: Program,
  number: number,
  amount: Money,
): Promise<Person> => {
  const userId = brandOrThrow(UserId, `bench-user-${number}`);
  const at = systemClock.now();
  const register = registrationByOperator(userId, at);
  await must(handlers.user, userId, { command: register, name: 'register' });
  const creditId = brandOrThrow(EntryId, 'opening');
  const credit = { creditId, amount, source: 'DEMO', gateway: null, rentalId: null, at } as const;
  const command = { type: 'CreditWallet', ...credit } as const;
  await must(handlers.wallet, userId, { command, name: 'opening' });
  const principal = { kind: 'user', id: userId, roles: ['user'], sessionId: null } as const;
  return { userId, caller: await api.as(principal) };
};

export interface StationSize {
  readonly slots: number;
  /** How many of them hold a bank. */
  readonly banks: number;
}

/** Staff register it over HTTP; its cabinet connects and shows what is in it. */
export const newStation = async (
  { program, cleanup }: { readonly program: Program; readonly cleanup: Cleanup },
  number: number,
  { slots, banks }: StationSize,
): Promise<Station> => {
  const serial = `BENCH-${number}`;
  const imei = String(firstImei + number);
  const caller = await program.api.as(staff);
  await caller.send('POST /api/admin/stations', {
    body: {
      serial_number: serial,
      imei,
      station_name: `Station ${number}`,
      latitude: 27.7172,
      longitude: 85.324,
      address: 'Durbar Marg, Kathmandu',
      total_slots: slots,
    },
    idempotencyKey: `bench-station-${number}`,
    status: 201,
    answer: t.unknown,
  });
  const bankIn = (slot: number) => ({
    serial: String(firstBank + number * slots + slot),
    power: bankPowerPercent,
  });
  const cabinet = createSimulatedCabinet({
    imei,
    slots: Array.from({ length: slots }, (_, index) => ({
      slot: index + 1,
      bank: index < banks ? bankIn(index) : null,
      fault: null,
    })),
    mqtt: 'provisioned',
    httpBaseUrl: program.cabinetHttpUrl,
    timings,
    log: quietLog,
  });
  cleanup.add(cabinet.stop);
  await cabinet.connected();
  if (!(await cabinet.upload())) throw new Error(`the inventory of ${serial} was not taken`);
  await untilUp(program, serial);
  return { serial, cabinet };
};

/** Resolves when the program knows that the station is there, and what is in it. */
const untilUp = async ({ handlers }: Program, serial: string): Promise<void> => {
  for (;;) {
    const { state } = await handlers.station.load(serial);
    if (state.presence === 'ONLINE' && state.firstSyncedAt !== null) return;
    await delay(lookEveryMs);
  }
};
