/** An embedded broker, a tiny server for the cabinet's HTTP calls, and the back end listening. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { startEmbeddedBroker } from '../../adapters/embedded/broker/broker.js';
import { createSimulatedCabinet } from '../../adapters/embedded/cabinets/cabinet.js';
import type {
  SimulatedCabinet,
  SimulatedCabinetOptions,
} from '../../adapters/embedded/cabinets/contract.js';
import type { SimulatedSlots } from '../../adapters/embedded/cabinets/slots.js';
import { encodeCommand, type FamilyACommand } from '../../adapters/mqtt/family-a/commands.js';
import { decodeFrame } from '../../adapters/mqtt/family-a/decode.js';
import type { DecodedFrame } from '../../adapters/mqtt/family-a/decoded.js';
import { failedAnswer, okAnswer } from '../../adapters/mqtt/family-a/envelope.js';
import { checkSign, type SignVerdict } from '../../adapters/mqtt/family-a/http-sign.js';
import {
  type ProvisionedAccess,
  writeProvisioning,
} from '../../adapters/mqtt/family-a/provisioning.js';
import { hashPassword } from '../../adapters/mqtt/passwords.js';
import { expectRight } from './family-a.js';
import { type LogLine, memoryLog } from './log.js';
import { connectTestClient, type ReceivedMessage, type TestClient } from './mqtt-client.js';

export const IMEI = '861234567890123';
const PASSWORD = 'aaaaAAAA11112222';
const NEVER_MS = 3_600_000;

/** One call a cabinet made. */
export interface RecordedCall {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly sign: SignVerdict;
  readonly body: Uint8Array;
}

export interface CabinetScene {
  readonly cabinet: SimulatedCabinet;
  /** What the cabinet has logged. */
  readonly logLines: readonly LogLine[];
  readonly backend: TestClient;
  readonly calls: readonly RecordedCall[];
  /** Resolves with the n-th call (from 1) of a path, past or future. */
  readonly call: (path: string, count?: number) => Promise<RecordedCall>;
  readonly send: (command: FamilyACommand) => Promise<void>;
  /** The next frame of the kind that was not given out before. */
  readonly next: <K extends DecodedFrame['kind']>(
    kind: K,
  ) => Promise<Extract<DecodedFrame, { readonly kind: K }>>;
  /** Frames of the `update` topic so far. */
  readonly updates: () => readonly DecodedFrame[];
}

export interface SceneOptions {
  readonly slots?: SimulatedSlots;
  readonly cabinet?: Partial<SimulatedCabinetOptions>;
  /** HTTP status to answer a call with; 200 when it gives none. */
  readonly failWith?: (path: string, count: number) => number | undefined;
  /** The cabinet is given its credentials instead of asking for them. */
  readonly givenCredentials?: boolean;
  /** False for a cabinet that cannot connect; true when not said. */
  readonly connects?: boolean;
}

/** Slots 1 to `count`; the given banks at 90 percent, the others empty. */
export const slotsWith = (count: number, banks: Readonly<Record<number, string>>): SimulatedSlots =>
  Array.from({ length: count }, (_, index) => {
    const serial = banks[index + 1];
    const bank = serial === undefined ? null : { serial, power: 90 };
    return { slot: index + 1, bank, fault: null };
  });

const frameOf = (message: ReceivedMessage): DecodedFrame =>
  expectRight(decodeFrame(message.payload));

const accessAt = (port: number): ProvisionedAccess => ({
  clientId: IMEI,
  productKey: 'powerbank',
  host: '127.0.0.1',
  port,
  username: IMEI,
  password: PASSWORD,
  timestampMs: 1,
});

/** Remembers calls and tells those who wait for one. */
const createCallBook = () => {
  const calls: RecordedCall[] = [];
  const waiting = new Set<() => void>();
  return {
    calls,
    /** Gives back how many calls of this path there have been. */
    record: (call: RecordedCall): number => {
      calls.push(call);
      for (const check of [...waiting]) check();
      return calls.filter(({ path }) => path === call.path).length;
    },
    call: (path: string, count = 1): Promise<RecordedCall> =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = calls.filter((each) => each.path === path)[count - 1];
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
};

const isProvisioning = (path: string): boolean => path.endsWith('con') || path.endsWith('connect');

/** The HTTP half of a server, with a memory. */
const startHttp = async (
  t: ExecutionContext,
  brokerPort: number,
  failWith: NonNullable<SceneOptions['failWith']>,
) => {
  const { calls, call, record } = createCallBook();
  const provisioning = expectRight(writeProvisioning(accessAt(brokerPort)));
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://server');
    const parameters = Object.fromEntries(searchParams);
    const body = await buffer(request);
    const count = record({ path, parameters, sign: checkSign(parameters), body });
    const status = failWith(path, count) ?? 200;
    const data = isProvisioning(path) ? provisioning : '';
    const answer = status === 200 ? okAnswer(data, 1) : failedAnswer(status, '', 1);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  };
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, calls, call };
};

const startBroker = async (t: ExecutionContext) => {
  const broker = expectRight(
    await startEmbeddedBroker({
      port: 0,
      productKey: 'powerbank',
      findAccount: async (username) => {
        const passwordHash = hashPassword(PASSWORD);
        if (username === 'backend') return O.some({ kind: 'backend', passwordHash });
        return username === IMEI
          ? O.some({ kind: 'cabinet', deviceName: IMEI, passwordHash })
          : O.none;
      },
      log: memoryLog(),
    }),
  );
  t.teardown(broker.stop);
  return broker;
};

/** Everything running and the cabinet connected; it does nothing by itself unless timed to. */
export const openCabinetScene = async (
  t: ExecutionContext,
  options: SceneOptions = {},
): Promise<CabinetScene> => {
  const { slots = slotsWith(4, { 3: '50000001' }), cabinet: changes } = options;
  const broker = await startBroker(t);
  const http = await startHttp(t, broker.port, options.failWith ?? (() => undefined));
  const login = { username: 'backend', password: PASSWORD, clientId: 'backend' };
  const backend = await connectTestClient(broker.url, login);
  t.teardown(backend.end);
  await backend.subscribe('/powerbank/+/user/update');
  await backend.subscribe('/powerbank/+/user/heart');
  const quiet = { heartbeatMs: NEVER_MS, firstUploadMs: NEVER_MS, uploadMs: NEVER_MS };
  const log = memoryLog();
  const cabinet = createSimulatedCabinet({
    imei: IMEI,
    slots,
    mqtt: options.givenCredentials === true ? accessAt(broker.port) : 'provisioned',
    httpBaseUrl: http.url,
    log,
    ...changes,
    timings: { ...quiet, ejectMs: 1, reconnectMs: 1, ...changes?.timings },
  });
  t.teardown(cabinet.stop);
  if (options.connects ?? true) await cabinet.connected();
  const given = new Set<ReceivedMessage>();
  return {
    cabinet,
    logLines: log.lines,
    backend,
    calls: http.calls,
    call: http.call,
    send: (command) => backend.publish(`/powerbank/${IMEI}/user/get`, encodeCommand(command)),
    next: async <K extends DecodedFrame['kind']>(kind: K) => {
      const isNext = (frame: DecodedFrame): frame is Extract<DecodedFrame, { readonly kind: K }> =>
        frame.kind === kind;
      const message = await backend.waitFor(
        (candidate) => !given.has(candidate) && isNext(frameOf(candidate)),
      );
      given.add(message);
      const frame = frameOf(message);
      if (!isNext(frame)) throw new Error(`waited for ${kind}, got ${frame.kind}`);
      return frame;
    },
    updates: () => backend.received.filter(({ topic }) => topic.endsWith('/update')).map(frameOf),
  };
};

/** The frame in the body of a call. */
export const bodyFrame = (call: RecordedCall): DecodedFrame => {
  const decoded = decodeFrame(call.body);
  if (E.isLeft(decoded)) throw new Error(`the body is ${decoded.left}`);
  return decoded.right;
};
