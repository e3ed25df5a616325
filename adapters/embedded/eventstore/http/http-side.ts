/**
 * The node's HTTP/1.1 side: small questions of operators and load balancers, each on a connection
 * of its own. It listens nowhere; the front door hands it the connections that speak HTTP/1.1.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Identity, Login } from '../access/login.js';
import { ANONYMOUS, isOperator } from '../access/principal.js';
import { HTTP_BODY_BYTES_MAX, HTTP_CONNECTION_MS_MAX, HTTP_HEADER_BYTES_MAX } from '../limits.js';
import { findRoute, type HttpAnswer, type HttpRoute, type RouteAccess } from './routes.js';

export interface HttpSideOptions {
  readonly routes: readonly HttpRoute[];
  readonly login: Login;
  /** Hears of a row that threw; its caller learns of it by a status. */
  readonly onFailure: (error: unknown) => void;
}

const CHALLENGE = 'Basic realm="event store"';

/** Only path and query of a request line matter, but a URL needs a host. */
const SOME_HOST = 'http://node';

export class HttpSide {
  private readonly server: Server;
  private routes: readonly HttpRoute[];

  constructor(private readonly options: HttpSideOptions) {
    this.routes = options.routes;
    this.server = createServer({ maxHeaderSize: HTTP_HEADER_BYTES_MAX }, (request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        options.onFailure(error);
        if (response.headersSent) response.destroy();
        else send(response, { status: 500, body: { error: 'internal-error' } });
      });
    });
  }

  /** Answers by another table from now on. */
  show(routes: readonly HttpRoute[]): void {
    this.routes = routes;
  }

  /** Takes a connection over. One request is answered on it, within a bound of time. */
  take(socket: Socket): void {
    // The library's own timers start when a server listens, which this one never does.
    const deadline = setTimeout(() => socket.destroy(), HTTP_CONNECTION_MS_MAX);
    socket.once('close', () => clearTimeout(deadline));
    // A caller may end its side with its request and still wait for the answer.
    socket.allowHalfOpen = true;
    this.server.emit('connection', socket);
  }

  private async identify(request: IncomingMessage): Promise<Identity> {
    const address = request.socket.remoteAddress ?? '';
    return this.options.login.identify(request.headers.authorization, address);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await isTooLarge(request)) {
      send(response, { status: 413, body: { error: 'body-too-large' } });
      return;
    }
    const url = targetOf(request);
    if (url === undefined) {
      send(response, { status: 400, body: { error: 'invalid-target' } });
      return;
    }
    const match = findRoute(this.routes, request.method ?? 'GET', url.pathname);
    switch (match.kind) {
      case 'not-found':
        send(response, { status: 404, body: { error: 'not-found' } });
        return;
      case 'wrong-method':
        response.setHeader('allow', match.allowed.join(', '));
        send(response, { status: 405, body: { error: 'method-not-allowed' } });
        return;
      case 'found': {
        const { parameters, route } = match;
        const refused = refusalOf(await this.identify(request), route.access);
        if (refused !== undefined) {
          if (refused.status === 401) response.setHeader('www-authenticate', CHALLENGE);
          send(response, refused);
          return;
        }
        const authority = request.headers.host ?? '';
        send(response, await route.handle({ parameters, query: url.searchParams, authority }));
      }
    }
  }
}

/** Why this caller may not use such a row; nothing if he may. */
function refusalOf(identity: Identity, access: RouteAccess): HttpAnswer | undefined {
  switch (identity.kind) {
    case 'wrong-credentials':
      return { status: 401, body: { error: 'wrong-credentials' } };
    case 'too-many-attempts':
      return { status: 429, body: { error: 'too-many-attempts' } };
    case 'principal': {
      const { principal } = identity;
      if (access === 'everybody' || isOperator(principal)) return undefined;
      return principal === ANONYMOUS
        ? { status: 401, body: { error: 'credentials-needed' } }
        : { status: 403, body: { error: 'access-denied' } };
    }
  }
}

/** Node leaves the request line as it came; anything but a path from the root is refused. */
function targetOf({ url = '' }: IncomingMessage): URL | undefined {
  const target = SOME_HOST + url;
  return url.startsWith('/') && URL.canParse(target) ? new URL(target) : undefined;
}

/** No row takes a body; what is sent nonetheless is read, so that the caller gets his answer. */
async function isTooLarge(request: IncomingMessage): Promise<boolean> {
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += Buffer.isBuffer(chunk) ? chunk.length : 0;
    if (bytes > HTTP_BODY_BYTES_MAX) return true;
  }
  return false;
}

function send(response: ServerResponse, { status, body }: HttpAnswer): void {
  response.statusCode = status;
  response.setHeader('connection', 'close');
  response.setHeader('cache-control', 'no-store');
  if (body === undefined) {
    response.end();
    return;
  }
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
