import type { JsonObject } from '../../../ports/http/json.js';

/** The headers that many operations share, described once. */
export const parameters: JsonObject = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description:
      'Names this wish; a UUID that is made once and sent again with every retry. The same key ' +
      'with the same request gets the first answer again; with another request it is refused.',
    schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\x20-\\x7e]+$' },
    example: '0b8f7f4e-6a1d-4c53-9e0a-2f6f3f1f4c11',
  },
  PreferWait: {
    name: 'Prefer',
    in: 'header',
    required: false,
    description: '`wait=N`: how many seconds the answer may take to be final (RFC 7240).',
    schema: { type: 'string' },
    example: 'wait=10',
  },
  MinPosition: {
    name: 'X-Min-Position',
    in: 'header',
    required: false,
    description: 'The `X-Position` of an earlier answer: what is read must include its effect.',
    schema: { type: 'string', pattern: '^\\d{1,20}$' },
    example: '48213',
  },
  CorrelationId: {
    name: 'X-Correlation-Id',
    in: 'header',
    required: false,
    description: 'Follows the request through logs and events; made up when it is absent.',
    schema: { type: 'string', minLength: 1, maxLength: 100 },
  },
};

export const headers: JsonObject = {
  CorrelationId: {
    description: 'The id under which logs and events know this request',
    schema: { type: 'string' },
  },
  Position: {
    description: 'Place in the log that this answer includes, when it has one',
    schema: { type: 'string', pattern: '^\\d{1,20}$' },
  },
  Location: {
    description: 'Where to look next, when there is such a place',
    schema: { type: 'string' },
  },
  IdempotencyReplayed: {
    description: '`true` when this is a repetition of the first answer',
    schema: { type: 'string', enum: ['true'] },
  },
  RetryAfter: {
    description: 'Seconds after which asking again makes sense',
    schema: { type: 'integer', minimum: 1 },
  },
  PreferenceApplied: {
    description: 'The wait that was granted, `wait=N`',
    schema: { type: 'string' },
  },
};

export const securitySchemes: JsonObject = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Access token of a short life; `x-roles` of an operation names who may call it.',
  },
};
