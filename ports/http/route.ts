/**
 * A route is a value: everything the server, the OpenAPI document and a reader need to know about
 * one operation, and a handler that gets a fully decoded request.
 *
 *     export const cancelRental = route({
 *       operation: 'cancelRental',            // its row in access.ts says who may call it
 *       method: 'POST',
 *       path: '/api/rentals/:id/cancel',
 *       summary: 'Cancels a rental that has just begun',
 *       tag: 'Rentals',
 *       params: t.strict({ id: RentalId }),
 *       body: t.strict({ reason: nullable(Reason) }),
 *       idempotency: 'required',
 *       responses: { 200: CancelledRental },  // codec of `data`; the envelope is added
 *       problems: ['rental_not_found', 'invalid_rental_status'],
 *       handler: async ({ params, body, principal, commandId }, answer) => {
 *         …
 *         if (refused) return problem('invalid_rental_status', { facts: { status } });
 *         return answer(200, cancelled, { message: 'The rental is cancelled', position });
 *       },
 *     });
 *
 * Neither Koa nor a header appears here; `dispatch.ts` carries a route out.
 */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Bug } from '../../domain/shared/assert.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { Position } from '../event-store.js';
import { type Access, type AccessTable, accessTable } from './access.js';
import { type Answer, type AnyAnswer, type MakeAnswer, type Responses, success } from './answer.js';
import { decodeParts, type Fault, type RequestParts } from './faults.js';
import type { PrincipalOf } from './principal.js';
import type { ProblemCode } from './problem-codes.js';
import type { RateLimit, RateLimitRule } from './rate-limit.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The program at the other end, as far as the request tells; nobody vouches for either. */
export interface Client {
  readonly address: string;
  /** The address, or the /64 of an IPv6 address: what one subscriber has, for counting. */
  readonly network: string;
  /** What it calls itself (`User-Agent`), cut short; `null` when it does not. */
  readonly agent: string | null;
}

/** What a handler knows besides the decoded request. */
export interface CallContext<Who extends Access = Access> {
  readonly principal: PrincipalOf<Who>;
  /** Same wish, same id: derived from the Idempotency-Key, made up where none is required. */
  readonly commandId: string;
  readonly correlationId: string;
  /** How long the client lets us wait for the outside (`Prefer: wait=N`), 0 when it does not. */
  readonly waitSeconds: number;
  /** The read model must have passed this position (`X-Min-Position`). */
  readonly minPosition: Position | null;
  readonly client: Client;
  /** Value of the cookie that the route names; `null` when it was not shown. */
  readonly cookie: string | null;
  readonly now: Instant;
  /** Aborts when the client has gone, or the request timed out: nobody waits for an answer. */
  readonly signal: AbortSignal;
}

export interface RouteRequest<
  Who extends Access,
  Params extends t.Mixed,
  Query extends t.Mixed,
  Body extends t.Mixed,
> extends CallContext<Who> {
  readonly params: t.TypeOf<Params>;
  readonly query: t.TypeOf<Query>;
  readonly body: t.TypeOf<Body>;
}

/** What holds for a route whatever its types are; the document and the server read it. */
export interface RouteFacts {
  /** Unique name in lowerCamelCase: row of the access table, `operationId`, metric label. */
  readonly operation: string;
  readonly method: Method;
  /** With `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** `required` on every operation that moves value (architecture 3.11); `none` when absent. */
  readonly idempotency?: 'required' | 'none';
  /** Whether `Prefer: wait=N` is honoured. */
  readonly wait?: boolean;
  /** Whether `X-Min-Position` is honoured. */
  readonly minPosition?: boolean;
  /**
   * How the body is written; `json` when absent. A `form` is what a browser posts that another site
   * sends to us; a field that comes twice is a list to the codec.
   */
  readonly bodyFormat?: 'json' | 'form';
  /** Name of the one cookie that is read; none is when absent. */
  readonly cookie?: string;
  /** Largest body in bytes; the server's own limit when absent. */
  readonly bodyBytesMax?: number;
}

/** Decodes nothing: the codec of parts that a route does not have. */
export const nothing = t.strict({}, 'Nothing');
type Nothing = typeof nothing;

export interface RouteDefinition<
  Who extends Access,
  Params extends t.Mixed,
  Query extends t.Mixed,
  Body extends t.Mixed,
  R extends Responses,
  Code extends ProblemCode,
> extends RouteFacts {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly responses: R;
  /** Problems of this operation's own; those of the machinery are understood. */
  readonly problems?: readonly Code[];
  /** Limits besides the one of the whole server; a replayed answer does not count. */
  readonly rateLimits?: readonly RateLimitRule<RouteRequest<Who, Params, Query, Body>>[];
  readonly handler: (
    request: RouteRequest<Who, Params, Query, Body>,
    answer: MakeAnswer<R>,
  ) => Promise<Answer<NoInfer<R>, NoInfer<Code>>>;
}

/** A request whose parts fitted: the limits that it counts against, and what carries it out. */
export interface PreparedCall {
  readonly rateLimits: readonly RateLimitRule<void>[];
  readonly run: () => Promise<AnyAnswer>;
}

/** A route with the types of its parts behind it, as the server and the document hold it. */
export interface Route extends RouteFacts {
  readonly who: Access;
  readonly params: t.Mixed;
  readonly query: t.Mixed;
  /** `null`: a body is neither read nor documented. */
  readonly body: t.Mixed | null;
  readonly responses: Responses;
  readonly problems: readonly ProblemCode[];
  /** In the order in which they are counted. */
  readonly limits: readonly RateLimit[];
  /**
   * Decodes all parts, and either names all their faults or is ready to run. The context is taken
   * over: it belongs to this one request.
   */
  readonly prepare: (
    parts: RequestParts,
    context: CallContext,
  ) => E.Either<readonly Fault[], PreparedCall>;
}

/** Makes the maker of routes for one access table; the program's own is `route` below. */
export const routeMaker =
  <Table extends AccessTable>(table: Table) =>
  <
    Operation extends keyof Table & string,
    const R extends Responses,
    Params extends t.Mixed = Nothing,
    Query extends t.Mixed = Nothing,
    Body extends t.Mixed = Nothing,
    Code extends ProblemCode = never,
  >(
    definition: RouteDefinition<Table[Operation], Params, Query, Body, R, Code> & {
      readonly operation: Operation;
    },
  ): Route => {
    const who: Access | undefined = table[definition.operation];
    if (who === undefined) {
      throw new Bug(`operation ${definition.operation} has no row in the access table`);
    }
    const { params = nothing, query = nothing, body = null, problems = [] } = definition;
    const { rateLimits = [] } = definition;
    const codecs = { params, query, body: body ?? nothing };
    const prepare = (parts: RequestParts, context: CallContext) => {
      const decoded = decodeParts(codecs, parts);
      if (E.isLeft(decoded)) return decoded;
      const request = requestOf<Table[Operation], Params, Query, Body>(decoded.right, context);
      const counted = rateLimits.map((rule) => ({ ...rule, key: () => rule.key(request) }));
      return E.right({ rateLimits: counted, run: () => definition.handler(request, success) });
    };
    const limits = rateLimits.map(limitOf);
    return { ...definition, who, params, query, body, problems, limits, prepare };
  };

/** Without whose requests are counted, which only a request tells. */
const limitOf = ({ name, requestsMax, windowSeconds, whenStoreFails }: RateLimit): RateLimit => ({
  name,
  requestsMax,
  windowSeconds,
  whenStoreFails,
});

/** The decoded parts and the context as the request of one route. */
const requestOf = <
  Who extends Access,
  Params extends t.Mixed,
  Query extends t.Mixed,
  Body extends t.Mixed,
>(
  parts: RequestParts,
  context: CallContext,
): RouteRequest<Who, Params, Query, Body> =>
  // Added to the context, which is this request's own: a copy would make the signal that hardly any
  // handler asks for. The parts come from this route's own codecs, and `dispatch.ts` admits the
  // principal by this route's own access before it runs; both types depend on parameters that
  // TypeScript keeps open.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see the lines above
  Object.assign(context, parts) as RouteRequest<Who, Params, Query, Body>;

/** Makes a route of the program; its operation needs a row in the access table. */
export const route = routeMaker(accessTable);
