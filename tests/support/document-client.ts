import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { isRecord } from '../../ports/http/json.js';
import type { TestAnswer, TestServer } from './http-server.js';
import type { Caller, CheckedAnswer, OpenApiClient } from './openapi-client.js';

export interface DocumentClientOptions {
  readonly send: TestServer['send'];
  /** An OpenAPI document, as its server publishes it. */
  readonly document: unknown;
  /** Value of `Authorization` for a caller. */
  readonly authorize: (caller: Caller) => Promise<string>;
}

/** One operation of the document, as far as a client has to know it. */
interface Operation {
  readonly operationId: string;
  readonly isKeyed: boolean;
  readonly hasBody: boolean;
  readonly responses: unknown;
}

let keys = 0;

const at = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);

const isLiteral = (template: string): boolean => !template.includes('{');

/** `/api/rentals/{id}` as a pattern for whole paths. */
const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);

const operationIn = (document: unknown, method: string, path: string): Operation => {
  const paths = at(document, 'paths');
  const templates = Object.keys(isRecord(paths) ? paths : {}).filter(
    (template) =>
      patternOf(template).test(path) && isRecord(at(paths, template, method.toLowerCase())),
  );
  // Literal paths win over parameters (P-119).
  const template = templates.find(isLiteral) ?? templates[0];
  if (template === undefined) throw new Error(`the document knows no ${method} ${path}`);
  const found = at(paths, template, method.toLowerCase());
  const parameters = at(found, 'parameters');
  const references = Array.isArray(parameters) ? parameters.map((each) => at(each, '$ref')) : [];
  return {
    operationId: String(at(found, 'operationId')),
    isKeyed: references.includes('#/components/parameters/IdempotencyKey'),
    hasBody: at(found, 'requestBody') !== undefined,
    responses: at(found, 'responses'),
  };
};

/** Schemas of answers, compiled once each. */
const createValidators = (document: unknown) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const compiled = new Map<string, ValidateFunction>();

  const validatorFor = (operation: Operation, answer: TestAnswer): ValidateFunction | null => {
    const where = `${operation.operationId} ${answer.status}`;
    const response = at(operation.responses, String(answer.status));
    if (response === undefined) throw new Error(`${where} is not in the document: ${answer.text}`);
    const content = at(response, 'content');
    if (content === undefined) return null;
    const [mediaType = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const schema = at(content, mediaType, 'schema');
    if (!isRecord(schema)) throw new Error(`${where} is documented without ${mediaType}`);
    const known = compiled.get(where);
    if (known !== undefined) return known;
    const fresh = ajv.compile({ ...schema, components: at(document, 'components') });
    compiled.set(where, fresh);
    return fresh;
  };

  return (operation: Operation, answer: TestAnswer): void => {
    const validate = validatorFor(operation, answer);
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    if (validate === null || validate(isJson ? answer.json : answer.text)) return;
    const faults = ajv.errorsText(validate.errors, { separator: '\n' });
    throw new Error(`${operation.operationId} ${answer.status}: ${faults}\n${answer.text}`);
  };
};

const checked = (answer: TestAnswer): CheckedAnswer => {
  const { data, code } = answer.json;
  return {
    ...answer,
    data: isRecord(data) ? data : {},
    code: typeof code === 'string' ? code : '',
  };
};

/**
 * Calls an API as a client does that knows its document and nothing else: it sends what the
 * document asks for, and no answer may differ from what the document says of it.
 */
export const documentClient = ({
  send,
  document,
  authorize,
}: DocumentClientOptions): OpenApiClient => {
  const validate = createValidators(document);
  return {
    call: async (caller, request, options = {}) => {
      const [method = '', path = ''] = request.split(' ');
      const operation = operationIn(document, method, path.split('?')[0] ?? '');
      const headers = new Headers();
      if (caller !== null) headers.set('authorization', await authorize(caller));
      keys += 1;
      if (operation.isKeyed) headers.set('idempotency-key', options.key ?? `key-${keys}`);
      if (options.wait !== undefined) headers.set('prefer', `wait=${options.wait}`);
      if (options.minPosition !== undefined) headers.set('x-min-position', options.minPosition);
      const json = options.body ?? (operation.hasBody ? {} : undefined);
      const answer = await send(path, { method, headers, json });
      validate(operation, answer);
      return checked(answer);
    },
  };
};
