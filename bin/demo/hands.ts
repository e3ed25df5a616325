/**
 * The hands of the demo's renters. Everything else a renter does goes through the app, but nobody
 * can put a power bank into a simulated cabinet from the outside: this port can.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Rental } from '../../domain/rental/index.js';
import { UserId } from '../../domain/shared/ids.js';
import { OperatorError } from '../cli/operator-error.js';
import type { Stoppable } from '../cli/stopping.js';
import type { Parts } from '../compose.js';
import { settings } from '../config/settings.js';
import type { DemoCabinet } from './cabinets.js';

const host = '127.0.0.1';
const bodyBytesMax = 1_000;
/** What a bank has lost of its charge while it was out. */
const usedPercent = 12;
const noticeMsMax = 5_000;
const lookEveryMs = 50;

const PutBack = t.strict({ user: UserId, station: t.string }, 'PutBack');
type PutBack = t.TypeOf<typeof PutBack>;

export interface PutBackDone {
  readonly bank: string;
  readonly station: string;
  readonly slot: number;
  /** Of the rental, once the network knows of the bank. */
  readonly rental: string;
}

export interface Hands extends Stoppable {
  readonly url: string;
  /** Left: why the user cannot do that. */
  putBack(wish: PutBack): Promise<E.Either<string, PutBackDone>>;
}

type HandsParts = Pick<Parts, 'handlers' | 'config'>;

/** The rental of a user, and the bank that they have in their hands for it, as the log knows. */
const handful = async ({ handlers }: HandsParts, user: UserId) => {
  const { state: renter } = await handlers.renter.load(user);
  if (renter.currentRentalId === null) return null;
  const { state: rental } = await handlers.rental.load(renter.currentRentalId);
  const run = rental?.run ?? null;
  if (rental === null || run === null) return null;
  const power = Math.max(0, (run.startBatteryPercent ?? usedPercent) - usedPercent);
  return { rental, bank: { serial: run.powerBank, power } };
};

/**
 * How the rental stands when the network has taken notice. A bank that comes back where it was
 * rented may still become a cancellation, so that rental goes on for a while.
 */
const statusAfter = async (
  { handlers }: HandsParts,
  { rentalId, request }: Rental,
  station: string,
): Promise<string> => {
  const deadline = performance.now() + noticeMsMax;
  for (;;) {
    const status = (await handlers.rental.load(rentalId)).state?.status ?? 'unknown';
    const isSettled = status === 'COMPLETED' || request.station === station;
    if (isSettled || performance.now() > deadline) return status;
    await delay(lookEveryMs);
  }
};

const putBackInto = async (
  parts: HandsParts,
  cabinets: readonly DemoCabinet[],
  { user, station }: PutBack,
): Promise<E.Either<string, PutBackDone>> => {
  const held = await handful(parts, user);
  if (held === null) return E.left(`${user} has no power bank`);
  const { bank, rental } = held;
  const isInside = cabinets.some(({ cabinet }) =>
    cabinet.slots().some((slot) => slot.bank?.serial === bank.serial),
  );
  if (isInside) return E.left(`power bank ${bank.serial} is in a cabinet already`);
  const found = cabinets.find((each) => each.station.serial === station);
  if (found === undefined) return E.left(`there is no station ${station} in the demo`);
  const inserted = await found.cabinet.insertBank(bank);
  if (E.isLeft(inserted)) return E.left(`station ${station}: ${inserted.left}`);
  const status = await statusAfter(parts, rental, station);
  return E.right({ bank: bank.serial, station, slot: inserted.right, rental: status });
};

/** @throws OperatorError when the port cannot be had. */
export const startHands = async (
  parts: HandsParts,
  cabinets: readonly DemoCabinet[],
): Promise<Hands> => {
  const putBack: Hands['putBack'] = (wish) => putBackInto(parts, cabinets, wish);
  const server = createServer((request, response) => void serve(request, response, putBack));
  const port = await listen(server, parts.config.demoPort);
  return {
    name: 'the demo',
    url: `http://${host}:${port}`,
    putBack,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new OperatorError([`${settings.demoPort.name}: ${error.message}`], { cause: error })),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > bodyBytesMax) throw new SyntaxError('the body is too long');
  }
  return body;
};

const serve = async (
  request: IncomingMessage,
  response: ServerResponse,
  putBack: Hands['putBack'],
): Promise<void> => {
  const answer = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const usage = 'POST /put-back {"user":"…","station":"…"}';
  if (request.method !== 'POST' || request.url !== '/put-back') {
    answer(404, { error: usage });
    return;
  }
  try {
    const wish = PutBack.decode(JSON.parse(await bodyOf(request)));
    if (E.isLeft(wish)) return answer(400, { error: usage });
    const done = await putBack(wish.right);
    answer(E.isRight(done) ? 200 : 409, E.isRight(done) ? done.right : { error: done.left });
  } catch (error) {
    const isOurs = !(error instanceof SyntaxError);
    answer(isOurs ? 500 : 400, { error: isOurs ? 'that did not work' : usage });
  }
};
