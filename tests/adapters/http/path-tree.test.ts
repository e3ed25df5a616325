import test from 'ava';
import { pathTreeOf } from '../../../adapters/http/path-tree.js';

const tree = pathTreeOf([
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/api/stations' },
  { method: 'GET', path: '/api/stations/:serial' },
  { method: 'DELETE', path: '/api/stations/:serial' },
  { method: 'GET', path: '/api/stations/nearby' },
  { method: 'GET', path: '/api/:area/nearby/:page' },
  { method: 'GET', path: '/api/stations/:serial/slots' },
]);

const ways: readonly (readonly [request: string, path: string | null, params?: object])[] = [
  ['GET /', '/', {}],
  ['GET /api/stations', '/api/stations', {}],
  ['GET /api/stations/', '/api/stations', {}],
  ['GET /api/stations/nearby', '/api/stations/nearby', {}],
  ['HEAD /api/stations/nearby', '/api/stations/nearby', {}],
  ['DELETE /api/stations/nearby', '/api/stations/:serial', { serial: 'nearby' }],
  ['GET /api/stations/KTM%201', '/api/stations/:serial', { serial: 'KTM 1' }],
  ['GET /api/stations/%zz', '/api/stations/:serial', { serial: '%zz' }],
  ['GET /api/stations/a%2Fb', '/api/stations/:serial', { serial: 'a/b' }],
  ['GET /api/stations/nearby/slots', '/api/stations/:serial/slots', { serial: 'nearby' }],
  ['GET /api/stations/nearby/2', '/api/:area/nearby/:page', { area: 'stations', page: '2' }],
  ['POST /api/stations', null],
  ['GET /api//stations', null],
  ['GET /api/Stations', null],
  ['GET /api/%73tations', null],
  ['GET //', '/', {}],
  ['GET *', null],
  ['GET /api/stations/a/slots/b', null],
];

for (const [request, path, params] of ways) {
  test(`${request} leads to ${path ?? 'nothing'} (P-119)`, (t) => {
    const [method = '', asked = ''] = request.split(' ');
    const found = tree.find(method, asked);
    t.is(found?.endpoint.path ?? null, path);
    t.deepEqual(found?.params, params);
  });
}

test('what a path takes is told, of all endpoints that a request there may reach', (t) => {
  t.deepEqual(tree.methodsAt('/api/stations/nearby'), ['DELETE', 'GET', 'HEAD']);
  t.deepEqual(tree.methodsAt('/api/nowhere'), []);
});
