import { once } from 'node:events';
import { createServer } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import type { HttpState } from '../../../adapters/http/http-state.js';
import { type Endpoint, serveEndpoints } from '../../../adapters/http/router.js';
import { ProblemError } from '../../../ports/http/problem.js';
import type { Method } from '../../../ports/http/route.js';

const endpoint = (method: Method, path: string): Endpoint => ({
  operation: `${method} ${path}`,
  method,
  path,
  serve: async ({ ctx, params }) => {
    ctx.body = { path, params };
  },
});

const endpoints = [
  endpoint('GET', '/'),
  endpoint('GET', '/docs/:file'),
  endpoint('GET', '/api/stations'),
  endpoint('GET', '/api/stations/:serial'),
  endpoint('DELETE', '/api/stations/:serial'),
  endpoint('GET', '/api/stations/nearby'),
  endpoint('GET', '/api/stations/:serial/slots'),
  endpoint('GET', '/api/rentals'),
  endpoint('POST', '/api/:area/slots'),
];

const open = async (t: ExecutionContext): Promise<string> => {
  const app = new Koa<HttpState>();
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      ctx.status = error.problem.code === 'not_found' ? 404 : 405;
      ctx.set(error.headers);
      ctx.body = {};
    }
  });
  app.use(serveEndpoints(endpoints));
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return `http://127.0.0.1:${address.port}`;
};

const ways: readonly (readonly [request: string, path: string, params: object])[] = [
  ['GET /', '/', {}],
  ['GET /docs/a.css', '/docs/:file', { file: 'a.css' }],
  ['GET /api/stations', '/api/stations', {}],
  ['GET /api/stations/', '/api/stations', {}],
  ['GET /api/stations/nearby', '/api/stations/nearby', {}],
  ['DELETE /api/stations/nearby', '/api/stations/:serial', { serial: 'nearby' }],
  ['GET /api/stations/KTM%201', '/api/stations/:serial', { serial: 'KTM 1' }],
  ['GET /api/stations/a%2Fb', '/api/stations/:serial', { serial: 'a/b' }],
  ['POST /api/rentals/slots', '/api/:area/slots', { area: 'rentals' }],
  ['POST /api/nowhere/slots', '/api/:area/slots', { area: 'nowhere' }],
  ['GET /api/stations/nearby/slots', '/api/stations/:serial/slots', { serial: 'nearby' }],
  ['GET /api/rentals', '/api/rentals', {}],
];

test('a literal segment wins over a parameter, however the routes are listed (P-119)', async (t) => {
  const url = await open(t);
  for (const [request, path, params] of ways) {
    const [method = '', asked = ''] = request.split(' ');
    const answer = await fetch(`${url}${asked}`, { method });
    t.deepEqual(await answer.json(), { path, params }, request);
  }
});

test('an unknown path is 404, and a known one says what it takes', async (t) => {
  const url = await open(t);
  const ask = async (request: string) => {
    const [method = '', asked = ''] = request.split(' ');
    const { status, headers } = await fetch(`${url}${asked}`, { method });
    return [status, headers.get('allow')];
  };
  t.deepEqual(await ask('GET /api/nowhere'), [404, null]);
  t.deepEqual(await ask('GET /api/Stations'), [404, null]);
  t.deepEqual(await ask('GET /api/stations/a/slots/b'), [404, null]);
  t.deepEqual(await ask('GET /elsewhere'), [404, null]);
  t.deepEqual(await ask('POST /api/stations'), [405, 'GET, HEAD']);
  t.deepEqual(await ask('GET /api/rentals/slots'), [405, 'POST']);
  t.deepEqual(await ask('OPTIONS /api/stations/nearby'), [204, 'DELETE, GET, HEAD']);
  t.deepEqual(await ask('HEAD /api/stations/nearby'), [200, null]);
});
