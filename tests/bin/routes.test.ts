import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import { openApiDocument } from '../../adapters/http/openapi/document.js';
import { refuseClashes } from '../../adapters/http/router.js';
import { accessTable } from '../../ports/http/access.js';
import { problemCodes } from '../../ports/http/problem-codes.js';
import { allRoutes } from '../support/routes.js';

test('every row of the access table has its route, and every route its row (P-116)', (t) => {
  const operations = allRoutes().map(({ operation }) => operation);
  t.deepEqual(operations.toSorted(), Object.keys(accessTable).toSorted());
});

test('no two routes answer the same request (P-119)', (t) => {
  const endpoints = allRoutes().map((route) => ({ ...route, serve: async () => undefined }));
  t.notThrows(() => refuseClashes(endpoints));
});

test('every read tells how new it is when it is asked', (t) => {
  const without = allRoutes().filter(
    ({ method, minPosition }) => method === 'GET' && minPosition !== true,
  );
  t.deepEqual(
    without.map(({ operation }) => operation),
    [
      'readHealth',
      'readLiveness',
      'readReadiness',
      'readBiometricStatus',
      'beginGoogleSignIn',
      'beginAppleSignIn',
      'receiveGoogleAnswer',
      'takeSocialSignIn',
      'tellSocialError',
      // They read the log, which is never behind.
      'readWalletAt',
      'readPointsAt',
      'readRentalAt',
      'readStationAt',
    ],
  );
});

test('every operation that moves value wants an Idempotency-Key', (t) => {
  const named = new Set(allRoutes().filter(({ idempotency }) => idempotency === 'required'));
  const operations = [...named].map(({ operation }) => operation);
  const moving = ['startRental', 'cancelRental', 'extendRental', 'swapPowerBank', 'payDue'];
  for (const operation of [...moving, 'forceCompleteRental', 'ejectPowerBank']) {
    t.true(operations.includes(operation), operation);
  }
});

test('the document of all operations is an OpenAPI document', async (t) => {
  const info = { title: 'All', version: '0', description: 'All operations' };
  const document = openApiDocument(allRoutes(), info);
  const result = await new Validator().validate(structuredClone(document));
  t.true(result.valid, JSON.stringify(result.errors, null, 1));
});

test('every word that an operation may refuse with is in the table of words', (t) => {
  for (const { operation, problems } of allRoutes()) {
    for (const code of problems) t.true(Object.hasOwn(problemCodes, code), `${operation}: ${code}`);
  }
});
