import type { JsonObject } from '../../../ports/http/json.js';
import type { JsonSchema } from '../../../ports/http/json-schema.js';
import { problemMediaType, problemType } from '../../../ports/http/problem.js';
import {
  type ProblemCode,
  problemStatus,
  problemTitle,
} from '../../../ports/http/problem-codes.js';
import type { Route } from '../../../ports/http/route.js';

/** The problem document (RFC 9457), as every error answer has it. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'RFC 9457; facts of the problem are further members beside these.',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string', description: 'The same for every occurrence of the code' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'One sentence on this occurrence' },
    instance: { type: 'string', description: 'Path of the request' },
    code: { type: 'string', description: 'The word to act on; it never changes its meaning' },
    correlation_id: { type: 'string', description: 'To be quoted when asking for help' },
    errors: {
      type: 'array',
      description: 'With `invalid_request`: all faults at once',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'instance', 'code', 'correlation_id'],
};

/** Error answers of one operation by status: its own, and what the machinery may say before it. */
export const problemResponses = (route: Route): JsonObject => {
  const codes = [...new Set([...route.problems, ...understoodCodes(route)])].sort();
  const statuses = [...new Set(codes.map(problemStatus))].sort((left, right) => left - right);
  const responses = statuses.map((status) => {
    const words = codes.filter((code) => problemStatus(code) === status);
    return [String(status), responseOf(route, status, words)];
  });
  return Object.fromEntries(responses);
};

const understoodCodes = (route: Route): readonly ProblemCode[] => {
  const { method, who, body, idempotency, minPosition } = route;
  return [
    'invalid_request',
    'not_acceptable',
    'rate_limit_exceeded',
    'internal_error',
    'service_unavailable',
    method === 'GET' ? 'request_timed_out' : 'outcome_unknown',
    ...when(who.kind === 'roles', ['token_invalid', 'forbidden']),
    ...when(body !== null, [
      'malformed_json',
      'body_too_large',
      'unsupported_media_type',
      'request_body_timeout',
    ]),
    ...when(idempotency === 'required', [
      'idempotency_key_required',
      'idempotency_conflict',
      'idempotency_in_progress',
    ]),
    ...when(minPosition === true, ['position_not_reached']),
  ];
};

const when = (holds: boolean, codes: readonly ProblemCode[]): readonly ProblemCode[] =>
  holds ? codes : [];

/** With 429 always, with 503 when we know. */
const headersOf = (status: number): JsonObject => ({
  'X-Correlation-Id': { $ref: '#/components/headers/CorrelationId' },
  ...(status === 429 || status === 503
    ? { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }
    : {}),
});

const responseOf = (
  { path }: Route,
  status: number,
  codes: readonly ProblemCode[],
): JsonObject => ({
  description: codes.map((code) => `\`${code}\`: ${problemTitle(code)}`).join('; '),
  headers: headersOf(status),
  content: {
    [problemMediaType]: {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { type: 'object', properties: { code: { type: 'string', enum: codes } } },
        ],
      },
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code, path) }])),
    },
  },
});

const exampleOf = (code: ProblemCode, instance: string): JsonObject => ({
  type: problemType(code),
  title: problemTitle(code),
  status: problemStatus(code),
  instance,
  code,
  correlation_id: '6f1c3c7e-7a53-4a0e-9c11-6a1f3f0f7d52',
});
