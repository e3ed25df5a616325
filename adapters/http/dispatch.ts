/**
 * Carries one route out, in the order in which a request may fail: who calls, what they accept,
 * whether all parts fit, whether it was answered before, whether there are too many.
 */

import * as E from 'fp-ts/lib/Either.js';
import { Bug, invariant } from '../../domain/shared/assert.js';
import type { SessionGate } from '../../ports/accounts/session-gate.js';
import type { StaffRequests } from '../../ports/audit-log.js';
import type { Clock } from '../../ports/clock.js';
import type { AnyAnswer } from '../../ports/http/answer.js';
import { CsvType, csvMediaType } from '../../ports/http/csv.js';
import type { Fault, RequestParts } from '../../ports/http/faults.js';
import type { Principal } from '../../ports/http/principal.js';
import {
  invalidRequest,
  type Occurrence,
  problemMediaType,
  stop,
} from '../../ports/http/problem.js';
import { enforceRateLimits, type RateLimiter } from '../../ports/http/rate-limit.js';
import type { CallContext, Client, PreparedCall, Route } from '../../ports/http/route.js';
import { unfitness } from '../../ports/http/unfit-input.js';
import type { Log } from '../../ports/log.js';
import { authenticate } from './authentication.js';
import { type BodyLimits, parseForm, parseJson, readBytes, requireFormat } from './body.js';
import type { HttpContext, RoutedRequest } from './http-state.js';
import { answerOnce, commandIdOf, type IdempotencyDependencies, scopeOf } from './idempotency.js';
import { networkOf } from './network-of.js';
import { type Fingerprint, fingerprintOf } from './request-fingerprint.js';
import { type HonouredHeaders, readHeaders } from './request-headers.js';
import { type SignalOf, withinTime } from './time-limit.js';
import type { Tokens } from './tokens.js';
import {
  jsonMediaType,
  type StreamedAnswer,
  type WireAnswer,
  wireAnswerOf,
} from './wire-answer.js';
import { write } from './write-answer.js';

/** What happens to an answer that does not fit its codec: tests refuse it. */
export type UnfitAnswers = 'report' | 'refuse';

export interface DispatchDependencies {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
  readonly tokens: Tokens;
  readonly gate: Pick<SessionGate, 'judge'>;
  readonly staffRequests: Pick<StaffRequests, 'record'>;
  readonly rateLimiter: RateLimiter;
  readonly idempotency: IdempotencyDependencies;
  /** Keys the hashes by which a repeated request is recognised. */
  readonly fingerprintSecret: string;
  readonly unfitAnswers: UnfitAnswers;
  readonly limits: BodyLimits & {
    readonly waitSecondsMax: number;
    readonly requestSeconds: number;
  };
}

/** What carries requests of one route out. */
export const dispatcherOf = (
  route: Route,
  dependencies: DispatchDependencies,
): ((request: RoutedRequest) => Promise<void>) => {
  const mediaTypes = [mediaTypeOf(route), problemMediaType];
  const fingerprint = fingerprintOf(dependencies.fingerprintSecret);
  return (request) => dispatch({ route, mediaTypes, fingerprint }, request, dependencies);
};

interface Dispatched {
  readonly route: Route;
  /** In which it answers. */
  readonly mediaTypes: string[];
  readonly fingerprint: Fingerprint;
}

const dispatch = async (
  { route, mediaTypes, fingerprint }: Dispatched,
  { ctx, params }: RoutedRequest,
  dependencies: DispatchDependencies,
): Promise<void> => {
  const { limits, log } = dependencies;
  const principal = await authenticate(ctx.get('authorization'), route.who, dependencies);
  ctx.state.principal = principal;
  // Who says nothing takes everything (RFC 9110 §12.5.1), as most apps do.
  if (ctx.headers.accept !== undefined && ctx.accepts(mediaTypes) === false) {
    throw stop('not_acceptable');
  }
  const { headers, faults } = readHeaders(route, (name) => ctx.get(name), limits.waitSecondsMax);
  const parts = await readParts(route, { ctx, params }, limits);
  refuseUnfit(parts);
  const answer = await withinTime(
    (signalOf) => {
      const client = clientOf(ctx);
      const occurrence = { instance: ctx.path, correlationId: ctx.state.correlationId };
      const asked = { principal, client, headers, headerFaults: faults, parts, occurrence };
      return carryOut({ route, fingerprint, signalOf, ...asked }, dependencies);
    },
    { method: route.method, res: ctx.res, seconds: limits.requestSeconds, log },
  );
  if (headers.waitSeconds !== null) ctx.set('preference-applied', `wait=${headers.waitSeconds}`);
  write(ctx, answer);
};

const mediaTypeOf = ({ responses }: Route): string =>
  Object.values(responses).some((codec) => codec instanceof CsvType) ? csvMediaType : jsonMediaType;

/** Longer names are somebody's joke. */
const agentLengthMax = 200;

const clientOf = (ctx: HttpContext): Client => {
  const agent = ctx.get('user-agent').slice(0, agentLengthMax);
  return { address: ctx.ip, network: networkOf(ctx.ip), agent: agent === '' ? null : agent };
};

const readParts = async (
  route: Route,
  { ctx, params }: RoutedRequest,
  limits: BodyLimits,
): Promise<RequestParts> => {
  const query = ctx.querystring === '' ? {} : { ...ctx.query };
  if (route.body === null) return { params, query, body: {} };
  const isEmpty = ctx.get('transfer-encoding') === '' && (ctx.request.length ?? 0) === 0;
  if (isEmpty) return { params, query, body: undefined };
  const encoding = ctx.get('content-encoding');
  const format = route.bodyFormat ?? 'json';
  requireFormat(format, {
    mediaType: ctx.request.type,
    charset: ctx.request.charset,
    encoding,
  });
  const bodyBytesMax = route.bodyBytesMax ?? limits.bodyBytesMax;
  const bytes = await readBytes(ctx.req, { bodyBytesMax, bodySeconds: limits.bodySeconds });
  if (format === 'form') return { params, query, body: parseForm(bytes) };
  return { params, query, body: bytes.length === 0 ? undefined : parseJson(bytes) };
};

/** @throws ProblemError 400 with one fault for each part that is unfit as a whole. */
const refuseUnfit = ({ params, query, body }: RequestParts): void => {
  const faults: Fault[] = [];
  const look = (path: string, part: unknown): void => {
    const message = unfitness(part);
    if (message !== null) faults.push({ path, message });
  };
  look('params', params);
  look('query', query);
  look('body', body);
  if (faults.length > 0) throw invalidRequest(faults);
};

interface Call {
  readonly route: Route;
  readonly fingerprint: Fingerprint;
  readonly principal: Principal;
  readonly client: Client;
  readonly headers: HonouredHeaders;
  readonly headerFaults: readonly Fault[];
  readonly parts: RequestParts;
  readonly occurrence: Occurrence;
  readonly signalOf: SignalOf;
}

/** Everything after the bytes: decode, recognise, count, run. */
const carryOut = async (
  call: Call,
  dependencies: DispatchDependencies,
): Promise<WireAnswer | StreamedAnswer> => {
  const { route, parts, occurrence } = call;
  const key = keyOf(call);
  const context = contextOf(call, key, dependencies);
  const prepared = prepare(call, context);
  const recorded = recordStaff(route, context, dependencies);
  // Only who carries the request out needs it: a repetition was recorded when it first came.
  recorded.catch(() => undefined);
  const execute = async (): Promise<WireAnswer | StreamedAnswer> => {
    await enforceRateLimits(dependencies.rateLimiter, prepared.rateLimits);
    await recorded;
    const answer = await prepared.run();
    checkAnswer(route, answer, dependencies);
    return wireAnswerOf(answer, route.responses, occurrence);
  };
  if (key === null) return execute();
  const { scope, key: name } = key;
  return answerOnce(
    { scope, key: name, fields: call.fingerprint(parts) },
    async () => kept(await execute()),
    dependencies.idempotency,
  );
};

const kept = (answer: WireAnswer | StreamedAnswer): WireAnswer => {
  const { status, headers, body } = answer;
  invariant(body === null || typeof body === 'string', 'what only reads has no Idempotency-Key');
  return { status, headers, body };
};

/**
 * What goes out passes its codec once more (P-120). In production an answer that does not fit is
 * reported and sent: its action has succeeded, and an error would tell the client the opposite.
 */
const checkAnswer = (
  { operation, responses }: Route,
  answer: AnyAnswer,
  { log, unfitAnswers }: DispatchDependencies,
): void => {
  if (answer.kind === 'problem' || responses[answer.status]?.is(answer.data) === true) return;
  if (unfitAnswers === 'refuse') throw new Bug(`${operation}: the answer does not fit its codec`);
  log.error('an answer does not fit its codec', { operation, status: answer.status });
};

/** Scope and key of a request that must be answered once; `null` for all others. */
const keyOf = ({ route, principal, headers }: Call): { scope: string; key: string } | null => {
  if (route.idempotency !== 'required') return null;
  invariant(principal.kind !== 'anonymous', 'keys are scoped by a known caller');
  const key = headers.idempotencyKey;
  if (key === null) throw stop('idempotency_key_required');
  return { scope: scopeOf(principal, route.operation), key };
};

/**
 * Staff who may change something are known by where they were before they do: what cannot be
 * recorded is not carried out. It is written while the key is claimed, to wait for the disk once.
 */
const recordStaff = async (
  { method }: Route,
  { principal, client, commandId, now }: CallContext,
  { staffRequests }: DispatchDependencies,
): Promise<void> => {
  if (principal.kind !== 'staff' || method === 'GET') return;
  const { address, agent } = client;
  const staffId = principal.id;
  await staffRequests.record({ requestId: commandId, staffId, address, agent, at: now });
};

const contextOf = (
  { principal, client, headers, occurrence, signalOf }: Call,
  key: { readonly scope: string; readonly key: string } | null,
  { clock, newId }: DispatchDependencies,
): CallContext => ({
  principal,
  commandId: key === null ? newId() : commandIdOf(key.scope, key.key),
  correlationId: occurrence.correlationId,
  waitSeconds: headers.waitSeconds ?? 0,
  minPosition: headers.minPosition,
  client,
  cookie: headers.cookie,
  now: clock.now(),
  get signal() {
    return signalOf();
  },
});

const prepare = ({ route, headerFaults, parts }: Call, context: CallContext): PreparedCall => {
  const prepared = route.prepare(parts, context);
  if (E.isLeft(prepared)) throw invalidRequest([...headerFaults, ...prepared.left]);
  if (headerFaults.length > 0) throw invalidRequest(headerFaults);
  return prepared.right;
};
