import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Health, healthRoutes } from '../../../adapters/http/health.js';
import { docsRoutes } from '../../../adapters/http/openapi/docs-routes.js';
import { openApiDocument } from '../../../adapters/http/openapi/document.js';
import { exampleOf } from '../../../adapters/http/openapi/example.js';
import { createSchemaBook, inline } from '../../../adapters/http/openapi/schema-book.js';
import { PaymentChoice, RentalRequest } from '../../../domain/rental/request.js';
import { nullable, oneOf, PositiveInteger, text } from '../../../domain/shared/codecs.js';
import { RentalId, StationSerial } from '../../../domain/shared/ids.js';
import { Instant } from '../../../domain/shared/instant.js';
import { administrators, everyone, users } from '../../../ports/http/access.js';
import { noBody } from '../../../ports/http/answer.js';
import { isRecord } from '../../../ports/http/json.js';
import { MoneyText, PositiveMoneyText } from '../../../ports/http/money-text.js';
import { cursorOf, pageOf, pageQuery } from '../../../ports/http/paging.js';
import { QueryBoolean, queryDecimal } from '../../../ports/http/query-codecs.js';
import { routeMaker } from '../../../ports/http/route.js';
import { arbitraryOf } from '../../support/arbitrary-of-codec.js';
import { bearer, startServer } from '../../support/http-server.js';

const Split = t.strict({ wallet: MoneyText }, 'Split');
const Mode = oneOf('Mode', ['wallet', 'points']);

const Everything = t.intersection(
  [
    t.strict({
      id: RentalId,
      at: Instant,
      price: MoneyText,
      mode: Mode,
      note: nullable(text('Note', { minLength: 5, maxLength: 10 })),
      kind: t.union([t.literal('a'), t.literal('b'), t.null]),
      lines: t.array(t.strict({ label: t.string, amount: PositiveMoneyText })),
      pair: t.tuple([PositiveInteger, t.boolean]),
      byStation: t.record(StationSerial, PositiveInteger),
      byMode: t.record(Mode, t.number),
      either: t.union([t.strict({ left: t.string }), t.strict({ right: PositiveInteger })]),
      nested: nullable(t.strict({ a: t.literal(true) }, 'Nested')),
    }),
    t.exact(t.partial({ later: Instant, mode2: Mode })),
  ],
  'Everything',
);

const codecs: readonly t.Mixed[] = [Everything, PaymentChoice, RentalRequest, Health, MoneyText];

/** Judges values by the schema of a codec, as a client with the document would. */
const judgeOf = (codec: t.Mixed, direction: 'input' | 'output') => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const book = createSchemaBook();
  const schema = book.schemaOf(codec, direction);
  return ajv.compile({ ...schema, components: { schemas: book.components() } });
};

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

for (const codec of codecs) {
  test(`samples of ${codec.name} fit its schemas, and the codec reads them back`, (t) => {
    const [asInput, asOutput] = [judgeOf(codec, 'input'), judgeOf(codec, 'output')];
    const samples: fc.Arbitrary<unknown> = arbitraryOf(codec);
    fc.assert(
      fc.property(samples, (sample) => {
        const written = overTheWire(codec.encode(sample));
        return asInput(written) && asOutput(written) && E.isRight(codec.decode(written));
      }),
    );
    t.pass();
  });

  test(`the example of ${codec.name} fits its schema and its codec`, (t) => {
    const example = exampleOf(inline(codec, 'output'), {});
    const asOutput = judgeOf(codec, 'output');
    t.true(asOutput(example), JSON.stringify({ example, errors: asOutput.errors }));
    t.true(E.isRight(codec.decode(example)), JSON.stringify(example));
  });
}

const good = {
  id: 'r-1',
  at: '2026-11-22T15:30:00.000Z',
  price: '150.00',
  mode: 'wallet',
  note: null,
  kind: null,
  lines: [{ label: 'ride', amount: '0.01' }],
  pair: [1, true],
  byStation: { 'BTM-1': 2 },
  byMode: { wallet: 1, points: 2 },
  either: { right: 3 },
  nested: { a: true },
};

const bad: readonly Readonly<Record<string, unknown>>[] = [
  { id: 'not an id' },
  { id: 5 },
  { at: '2026-11-22T15:30:00Z' },
  { at: 'yesterday' },
  { price: '150.005' },
  { price: true },
  { mode: 'cash' },
  { note: 'tiny' },
  { note: 'much too long' },
  { kind: 'c' },
  { lines: {} },
  { lines: [{ label: 'ride' }] },
  { pair: [1] },
  { pair: [1.5, true] },
  { byStation: { 'BTM-1': 0 } },
  { byMode: { wallet: 1 } },
  { either: { right: 'x' } },
  { nested: { a: false } },
  { later: null },
  { id: undefined },
];

test('hand-made bad samples are refused by codec and schema alike', (t) => {
  const asInput = judgeOf(Everything, 'input');
  t.true(asInput(good) && E.isRight(Everything.decode(good)));
  for (const change of bad) {
    const sample = { ...good, ...change };
    t.false(asInput(overTheWire(sample)), `the schema accepts ${JSON.stringify(change)}`);
    t.true(E.isLeft(Everything.decode(sample)), `the codec accepts ${JSON.stringify(change)}`);
  }
});

test('money is accepted as number or text and written as text only', (t) => {
  t.true(judgeOf(MoneyText, 'input')(150.5));
  t.false(judgeOf(MoneyText, 'output')(150.5));
  const book = createSchemaBook();
  t.deepEqual(book.schemaOf(Split, 'output'), { $ref: '#/components/schemas/Split' });
  t.deepEqual(book.schemaOf(Split, 'input'), { $ref: '#/components/schemas/SplitInput' });
});

test('a codec that nobody taught the document stops the program at start-up', (t) => {
  t.throws(() => createSchemaBook().schemaOf(Unknown, 'output'), { message: /Mystery/ });
});
const Unknown = new t.Type<string>('Mystery', t.string.is, t.string.validate, t.identity);

test('two different codecs of one name are refused', (t) => {
  const book = createSchemaBook();
  book.schemaOf(oneOf('Mode', ['wallet', 'points']), 'output');
  t.throws(() => book.schemaOf(oneOf('Mode', ['on', 'off']), 'output'), { message: /Mode/ });
});

const route = routeMaker({ startRental: users, listThings: administrators, leave: everyone });
const Place = cursorOf('Place', t.strict({ at: PositiveInteger }));

const routes = [
  ...healthRoutes([]),
  route({
    operation: 'startRental',
    method: 'POST',
    path: '/api/rentals/:id/start',
    summary: 'Starts a rental',
    tag: 'Rentals',
    params: t.strict({ id: RentalId }),
    body: Everything,
    idempotency: 'required',
    wait: true,
    responses: { 201: Everything },
    problems: ['station_offline', 'payment_required'],
    handler: async ({ body }, answer) => answer(201, body),
  }),
  route({
    operation: 'listThings',
    method: 'GET',
    path: '/api/things',
    summary: 'Lists things',
    tag: 'Things',
    query: t.intersection([
      t.partial({ open: QueryBoolean, lat: queryDecimal('Lat', { minimum: -90, maximum: 90 }) }),
      pageQuery(Place),
    ]),
    minPosition: true,
    responses: { 200: pageOf('Things', t.strict({ at: Instant }, 'Thing')) },
    handler: async (_, answer) => answer(200, { items: [], next_cursor: null }),
  }),
  route({
    operation: 'leave',
    method: 'GET',
    path: '/api/leave',
    summary: 'Leaves',
    tag: 'Things',
    responses: { 302: noBody },
    handler: async (_, answer) => answer(302, undefined, { location: 'powerbank://done' }),
  }),
];

const info = { title: 'PowerBank Ledger', version: '1.0.0', description: 'Test' };

test('the document of the routes is valid OpenAPI 3.1', async (t) => {
  const document = openApiDocument(routes, info);
  const result = await new Validator().validate({ ...document });
  t.true(result.valid, JSON.stringify(result.errors));
});

test('an operation shows its roles, its headers, its query and its problems', (t) => {
  const { paths } = openApiDocument(routes, info);
  const at = (...keys: readonly string[]): unknown =>
    keys.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), paths);
  const start = ['/api/rentals/{id}/start', 'post'] as const;
  t.deepEqual(at(...start, 'x-roles'), ['user']);
  t.deepEqual(at(...start, 'security'), [{ accessToken: [] }]);
  t.deepEqual(at('/api/leave', 'get', 'security'), []);
  const text = JSON.stringify(at(...start));
  t.regex(text, /parameters\/IdempotencyKey/);
  t.regex(text, /parameters\/PreferWait/);
  t.regex(JSON.stringify(at(...start, 'responses', '402')), /payment_required/);
  t.regex(
    JSON.stringify(at(...start, 'responses', '409')),
    /station_offline.*idempotency_conflict|idempotency_conflict.*station_offline/,
  );
  const list = at('/api/things', 'get', 'parameters');
  t.deepEqual(
    Array.isArray(list) ? list.filter(isRecord).map(({ name, $ref }) => name ?? $ref) : [],
    [
      'open',
      'lat',
      'cursor',
      'page_size',
      '#/components/parameters/MinPosition',
      '#/components/parameters/CorrelationId',
    ],
  );
});

test('a path and its params codec must name the same', (t) => {
  const [health] = routes;
  if (health === undefined) throw new Error('no route');
  const wrong = { ...health, path: '/api/health/:part' };
  t.throws(() => openApiDocument([wrong], info), { message: /readHealth.*part/ });
});

test('the page for people is served whole, from here alone', async (t) => {
  const document = openApiDocument(routes, info);
  const server = await startServer(t, { routes, rawRoutes: docsRoutes(document) });
  t.deepEqual((await server.send('/openapi.json')).json, overTheWire(document));
  const page = await server.send('/docs');
  t.is(page.status, 200);
  t.notRegex(page.text, /https?:\/\//);
  t.regex(page.headers.get('content-security-policy') ?? '', /script-src 'self';/);
  const linked = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
  t.is(linked.length, 4);
  for (const path of linked) t.is((await server.send(path)).status, 200, path);
  t.is((await server.send('/docs/package.json')).status, 404);
});

test('real answers fit the published document (P-120)', async (t) => {
  const document = openApiDocument(routes, info);
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema({ ...document, $id: 'https://powerbank.example/openapi.json' });
  const judge = (...path: readonly string[]) => {
    const pointer = path.map((part) => part.replaceAll('/', '~1')).join('/');
    return ajv.compile({ $ref: `https://powerbank.example/openapi.json#/${pointer}` });
  };
  const server = await startServer(t, { routes });
  const start = ['paths', '/api/rentals/{id}/start', 'post', 'responses'] as const;
  const isStarted = judge(...start, '201', 'content', 'application/json', 'schema');
  const headers = { ...(await bearer('u-1', 'user')), 'idempotency-key': 'k-1' };
  const started = await server.send('/api/rentals/r-1/start', {
    method: 'POST',
    json: { ...good, price: 150.5 },
    headers,
  });
  t.is(started.status, 201);
  t.true(isStarted(started.json), JSON.stringify(isStarted.errors));
  const isRefused = judge(...start, '400', 'content', 'application/problem+json', 'schema');
  const refused = await server.send('/api/rentals/r-1/start', { method: 'POST', headers });
  t.is(refused.status, 400);
  t.true(isRefused(refused.json), JSON.stringify(isRefused.errors));
});
