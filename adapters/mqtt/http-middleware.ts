/** The cabinets' HTTP calls as Koa middleware: admission, answers and their envelope (§10). */

import * as E from 'fp-ts/lib/Either.js';
import type { Context, Middleware } from 'koa';
import { toMs } from '../../domain/shared/instant.js';
import type { Metrics } from '../../ports/metrics.js';
import { failedAnswer, okAnswer } from './family-a/envelope.js';
import { FRAME_BYTES_MAX } from './family-a/frame.js';
import {
  type CabinetCall,
  type CallResult,
  type CallTools,
  cabinetCalls,
  type DeviceCall,
} from './http-calls.js';
import { judgeSign, readBody, readParameters } from './http-request.js';
import type { RejectionReason } from './rejections.js';
import { createSourceWatch, type SourceWatch } from './source-watch.js';

export interface CabinetHttpOptions extends CallTools {
  readonly metrics: Metrics;
}

type Failure = RejectionReason | 'unavailable';

/** Strangers learn no more than this from a refusal. */
const statuses: Partial<Readonly<Record<Failure, number>>> = {
  unknown_device: 403,
  missing_sign: 403,
  bad_sign: 403,
  unknown_path: 404,
  wrong_method: 405,
  body_incomplete: 408,
  body_too_large: 413,
  rate_limited: 429,
  too_many_waiting: 429,
  unavailable: 503,
};
/** Everything else is a call that makes no sense. */
const badRequestStatus = 400;
const bugStatus = 500;

/** How a call ended, and what is known about it when it is to be counted as rejected. */
interface Outcome {
  readonly result: CallResult;
  readonly deviceName?: string;
  readonly body?: Buffer;
}

const failed = (failure: Failure, deviceName?: string): Outcome => ({
  result: E.left(failure),
  ...(deviceName === undefined ? {} : { deviceName }),
});

interface Desk {
  readonly tools: CabinetHttpOptions;
  readonly watch: SourceWatch;
}

/** The call of a cabinet: registered, signed, not too often. Bodies are dear and come last. */
const answerDevice = async (
  ctx: Context,
  call: DeviceCall,
  { tools, watch }: Desk,
): Promise<Outcome> => {
  const { inbox, limiter } = tools;
  const parameters = readParameters(ctx.querystring);
  if (E.isLeft(parameters)) return failed(parameters.left);
  const deviceName = parameters.right[call.deviceParameter];
  if (deviceName === undefined) return failed('bad_parameters');
  if (!inbox.isOpen()) return failed('unavailable', deviceName);
  const station = inbox.stationOf(deviceName);
  if (station === undefined) return failed('unknown_device', deviceName);
  const sign = judgeSign(parameters.right, call.sign);
  if (E.isLeft(sign)) return failed(sign.left, deviceName);
  if (!(await limiter.device(deviceName))) return failed('rate_limited', deviceName);
  watch.heard(deviceName, ctx.ip);
  const read = await readBody(ctx.req, FRAME_BYTES_MAX);
  if (E.isLeft(read)) return failed(read.left, deviceName);
  const body = read.right;
  const admitted = { station, deviceName, parameters: parameters.right, body };
  return { result: await call.answer(admitted, tools), deviceName, body };
};

const answerCall = async (ctx: Context, call: CabinetCall, desk: Desk): Promise<Outcome> => {
  if (ctx.method !== 'GET' && ctx.method !== 'POST') return failed('wrong_method');
  if (!(await desk.tools.limiter.source(ctx.ip))) return failed('rate_limited');
  if (call.kind === 'device') return answerDevice(ctx, call, desk);
  const parameters = readParameters(ctx.querystring);
  if (E.isLeft(parameters)) return failed(parameters.left);
  return { result: E.map(() => call.data)(judgeSign(parameters.right, call.sign)) };
};

const writeFailure = (ctx: Context, failure: Failure | 'bug', nowMs: number): void => {
  const status = failure === 'bug' ? bugStatus : (statuses[failure] ?? badRequestStatus);
  ctx.status = status;
  ctx.body = failedAnswer(status, failure, nowMs);
  // Bytes may be left on the connection that nobody wants to read.
  if (status !== badRequestStatus) ctx.set('connection', 'close');
};

const write = (ctx: Context, { result, deviceName, body }: Outcome, tools: CallTools): void => {
  const nowMs = toMs(tools.clock.now());
  if (E.isRight(result)) {
    ctx.status = 200;
    ctx.body = okAnswer(result.right, nowMs);
    return;
  }
  const failure = result.left;
  // What the domain refused is counted already, and not being ready is no fault of the cabinet.
  if (failure !== 'refused' && failure !== 'unavailable') {
    const source = `${ctx.method} ${ctx.path} from ${ctx.ip}`;
    const what = { reason: failure, device: deviceName, bytes: body, detail: source };
    tools.inbox.reject({ road: 'http', ...what });
  }
  writeFailure(ctx, failure, nowMs);
};

/**
 * Answers the calls of cabinets and passes every other path on. It reads bodies itself and needs
 * nothing around it, so it stands in front of a server's checks for JSON and tokens.
 */
export const cabinetHttpCalls = (tools: CabinetHttpOptions): Middleware => {
  const { clock, log, metrics } = tools;
  const desk = { tools, watch: createSourceWatch({ clock, log, metrics }) };
  const callOf = new Map(cabinetCalls.flatMap((call) => call.paths.map((path) => [path, call])));
  return async (ctx, next) => {
    const call = callOf.get(ctx.path);
    if (call === undefined) {
      await next();
      return;
    }
    try {
      write(ctx, await answerCall(ctx, call, desk), tools);
    } catch (error) {
      log.error('a call of a cabinet failed', { call: call.name, error });
      writeFailure(ctx, 'bug', toMs(clock.now()));
    }
  };
};

/** For the end of a chain that serves cabinets only: they get their envelope there as well. */
export const unknownCabinetPath =
  (tools: CallTools): Middleware =>
  (ctx) => {
    write(ctx, failed('unknown_path'), tools);
  };
