/**
 * What the HTTP path costs (token, idempotency key, validation, answer): a cheap operation that
 * writes, against the same command through the handlers in this process, to the same log.
 */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { systemClock } from '../../adapters/clock.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { PackageId } from '../../domain/shared/ids.js';
import { paisa, toRupees } from '../../domain/shared/money.js';
import { decodeLogged } from '../../ports/logged-event.js';
import type { Caller } from '../api-client.js';
import { benchContext } from '../context.js';
import { drive, latencyOf, type Measured, rateOf, together } from '../load.js';
import type { Row } from '../measurement.js';
import { staff } from '../network.js';
import type { Program } from '../program.js';
import { mustEqual } from '../sums.js';

const inFlight = 32;
const warmUpUnits = 300;
const roundUnits = 1_000;
const roundsCount = 3;
const roundSecondsMax = 1.5;

/** By their names the benchmark's packages are told from the seeded ones. */
const names = { http: 'bench over HTTP', inProcess: 'bench in process' };
const durationMinutes = 60;

const CreatedAnswer = t.type({ data: t.type({ id: t.string }) });

/** Each package has a price of its own, so that a lost or doubled one shows in the sum. */
const priceOf = (unit: number) => paisa(unit + 1);

/** What has been offered so far, in paisa. */
interface Offered {
  http: number;
  inProcess: number;
}

const createOverHttp = async (caller: Caller, unit: number): Promise<void> => {
  await caller.send('POST /api/admin/rental-packages', {
    body: {
      name: names.http,
      duration_minutes: durationMinutes,
      price: toRupees(priceOf(unit)),
      package_type: 'HOURLY',
    },
    idempotencyKey: `bench-package-${unit}`,
    status: 201,
    answer: CreatedAnswer,
  });
};

const createInProcess = async ({ handlers }: Program, unit: number): Promise<void> => {
  const packageId = brandOrThrow(PackageId, `bench-package-${unit}`);
  const details = {
    name: names.inProcess,
    description: '',
    durationMinutes,
    price: priceOf(unit),
    packageType: 'HOURLY',
    paymentModel: 'PREPAID',
  } as const;
  const command = { type: 'CreatePackage', packageId, details, at: systemClock.now() } as const;
  const context = benchContext('package', String(unit));
  const result = await handlers.rentalPackage.execute(packageId, command, context);
  if (E.isLeft(result)) throw new Error(`package ${unit}: ${result.left.kind}`);
};

interface Round {
  readonly ours: Measured;
  readonly rival: Measured;
}

interface Desk {
  readonly program: Program;
  readonly caller: Caller;
  readonly offered: Offered;
}

const playRound = async (
  { program, caller, offered }: Desk,
  { from, units }: { readonly from: number; readonly units: number },
): Promise<Round> => {
  const limits = { inFlight, unitsMax: units, secondsMax: roundSecondsMax };
  const ours = await drive(limits, async (index, timed) => {
    await timed(() => createOverHttp(caller, from + index));
    offered.http += priceOf(from + index).minor;
  });
  const rival = await drive(limits, async (index, timed) => {
    await timed(() => createInProcess(program, from + index));
    offered.inProcess += priceOf(from + index).minor;
  });
  return { ours, rival };
};

/** Adds up the prices in the log, and compares them with what was asked for. */
const checkSums = async ({ store }: Program, offered: Offered): Promise<void> => {
  const logged: Offered = { http: 0, inProcess: 0 };
  for await (const recorded of store.readLog(null, { categories: ['package'] })) {
    const decoded = decodeLogged(recorded);
    if (E.isLeft(decoded)) throw new Error(`${recorded.stream}: ${decoded.left.kind}`);
    if (decoded.right.category !== 'package') continue;
    const { event } = decoded.right;
    if (event.type !== 'PackageCreated') continue;
    const { name, price } = event.data.details;
    if (name === names.http) logged.http += price.minor;
    if (name === names.inProcess) logged.inProcess += price.minor;
  }
  mustEqual('paisa of packages offered over HTTP', logged.http, offered.http);
  mustEqual('paisa of packages offered in process', logged.inProcess, offered.inProcess);
};

export const httpCommands = async (program: Program): Promise<Row> => {
  const offered: Offered = { http: 0, inProcess: 0 };
  const desk = { program, caller: await program.api.as(staff), offered };
  await playRound(desk, { from: 0, units: warmUpUnits });
  const rounds: Round[] = [];
  for (let round = 0; round < roundsCount; round += 1) {
    const from = warmUpUnits + round * roundUnits;
    rounds.push(await playRound(desk, { from, units: roundUnits }));
  }
  await checkSums(program, offered);
  const ours = together(rounds.map((round) => round.ours));
  const rival = together(rounds.map((round) => round.rival));
  return {
    name: 'http_commands',
    ours: rateOf(ours),
    rival: rateOf(rival),
    unit: 'per s',
    latencyMs: latencyOf(ours),
    n: ours.latenciesMs.length,
    about:
      `POST /api/admin/rental-packages, ${inFlight} in flight, against the same command by the ` +
      'handlers in another process; both to the log inside the program, which projects them',
    goals: [],
  };
};
