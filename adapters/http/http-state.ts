import type { ParameterizedContext } from 'koa';
import type { Principal } from '../../ports/http/principal.js';

/** What the middlewares know about a request; set as a whole by the first of them. */
export interface HttpState {
  readonly correlationId: string;
  /** Name of the route, once one is found; for log and metrics. */
  operation: string | null;
  principal: Principal | null;
}

export type HttpContext = ParameterizedContext<HttpState>;
/** What stands in a path where its route has `:name`, decoded. */
export type PathParams = Readonly<Record<string, string>>;

/** A request that an endpoint takes. */
export interface RoutedRequest {
  readonly ctx: HttpContext;
  readonly params: PathParams;
}
