import { Bug } from '../../../domain/shared/assert.js';
import { NoBodyType } from '../../../ports/http/answer.js';
import { CsvType, csvMediaType } from '../../../ports/http/csv.js';
import type { JsonObject } from '../../../ports/http/json.js';
import type { JsonSchema } from '../../../ports/http/json-schema.js';
import type { Route } from '../../../ports/http/route.js';
import { mediaTypeOf } from '../body.js';
import { exampleOf } from './example.js';
import { fieldsOf } from './fields.js';
import { problemResponses } from './problem-responses.js';
import type { SchemaBook } from './schema-book.js';

/** `/api/rentals/:id` as OpenAPI writes it: `/api/rentals/{id}`. */
export const templateOf = (path: string): string => path.replace(/:([A-Za-z0-9_]+)/g, '{$1}');

/** One operation of the document. */
export const operationOf = (route: Route, book: SchemaBook): JsonObject => {
  const { operation, summary, description, tag, who } = route;
  return {
    operationId: operation,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    ...(who.kind === 'public'
      ? { security: [] }
      : { security: [{ accessToken: [] }], 'x-roles': who.roles }),
    ...rateLimitsOf(route),
    parameters: parametersOf(route, book),
    ...requestBodyOf(route, book),
    responses: { ...successResponses(route, book), ...problemResponses(route) },
  };
};

/** What a client must not exceed, besides the limit of the whole server by address. */
const rateLimitsOf = ({ limits }: Route): JsonObject => {
  if (limits.length === 0) return {};
  const shown = limits.map(({ name, requestsMax, windowSeconds }) => ({
    name,
    requests_max: requestsMax,
    window_seconds: windowSeconds,
  }));
  return { 'x-rate-limits': shown };
};

const parametersOf = (route: Route, book: SchemaBook): readonly JsonObject[] => {
  const headers = [
    ...(route.idempotency === 'required' ? ['IdempotencyKey'] : []),
    ...(route.wait === true ? ['PreferWait'] : []),
    ...(route.minPosition === true ? ['MinPosition'] : []),
    'CorrelationId',
  ];
  return [
    ...pathParameters(route, book),
    ...queryParameters(route, book),
    ...cookieParameter(route),
    ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
};

const pathParameters = ({ operation, path, params }: Route, book: SchemaBook) => {
  const named = [...path.matchAll(/:([A-Za-z0-9_]+)/g)].map(([, name = '']) => name);
  const fields = fieldsOf(params)?.fields ?? [];
  const described = fields.map(({ name }) => name);
  if (named.toSorted().join() !== described.toSorted().join()) {
    throw new Bug(`${operation}: the path names [${named}], the params codec [${described}]`);
  }
  return fields.map(({ name, codec }) => ({
    name,
    in: 'path',
    required: true,
    schema: book.schemaOf(codec, 'input'),
  }));
};

const queryParameters = ({ operation, query }: Route, book: SchemaBook): readonly JsonObject[] => {
  const fields = fieldsOf(query);
  if (fields === null) throw new Bug(`${operation}: the codec of a query must be an object`);
  return fields.fields.map(({ name, codec, isRequired }) => ({
    name,
    in: 'query',
    required: isRequired,
    schema: book.schemaOf(codec, 'input'),
  }));
};

const cookieParameter = ({ cookie }: Route): readonly JsonObject[] =>
  cookie === undefined
    ? []
    : [{ name: cookie, in: 'cookie', required: false, schema: { type: 'string' } }];

const requestBodyOf = ({ body, bodyFormat = 'json' }: Route, book: SchemaBook): JsonObject => {
  if (body === null) return {};
  const schema = book.schemaOf(body, 'input');
  const content =
    bodyFormat === 'json' ? jsonContent(schema, book) : { [mediaTypeOf.form]: { schema } };
  return { requestBody: { required: true, content } };
};

const jsonContent = (schema: JsonSchema, book: SchemaBook): JsonObject => {
  const example = exampleOf(schema, book.components());
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } };
};

const successResponses = (route: Route, book: SchemaBook): JsonObject =>
  Object.fromEntries(
    Object.entries(route.responses).map(([status, codec]) => {
      const headers = headersOf(route, Number(status));
      if (codec instanceof NoBodyType) return [status, { description: 'Without a body', headers }];
      if (codec instanceof CsvType) {
        return [status, { description: route.summary, headers, content: csvContent(codec, book) }];
      }
      const schema = envelopeOf(book.schemaOf(codec, 'output'));
      return [status, { description: route.summary, headers, content: jsonContent(schema, book) }];
    }),
  );

/** The columns are those of a JSON object, so the document shows them as one. */
const csvContent = (csv: CsvType<unknown>, book: SchemaBook): JsonObject => ({
  [csvMediaType]: {
    schema: {
      type: 'string',
      description: `RFC 4180, with a line of names first: ${csv.header.join(', ')}`,
    },
    'x-row': book.schemaOf(csv.row, 'output'),
  },
});

const envelopeOf = (data: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: {
    success: { type: 'boolean', const: true },
    message: { type: 'string', description: 'One sentence for people', examples: ['OK'] },
    data,
  },
  required: ['success', 'message', 'data'],
});

const headersOf = ({ idempotency, wait }: Route, status: number): JsonObject => {
  const isRedirect = status >= 300;
  const names = [
    ['X-Correlation-Id', 'CorrelationId', true],
    ['X-Position', 'Position', !isRedirect],
    ['Location', 'Location', isRedirect || status === 201],
    ['Idempotency-Replayed', 'IdempotencyReplayed', idempotency === 'required'],
    ['Preference-Applied', 'PreferenceApplied', wait === true],
  ] as const;
  const present = names.filter(([, , isThere]) => isThere);
  return Object.fromEntries(
    present.map(([name, component]) => [name, { $ref: `#/components/headers/${component}` }]),
  );
};
