import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Role } from '../../adapters/http/access.js';
import { isRecord } from '../../adapters/http/json.js';
import { openApiDocument } from '../../adapters/http/openapi/document.js';
import type { Route } from '../../adapters/http/route.js';
import { bearer, type TestAnswer, type TestServer } from './http-server.js';

/** Who calls: an id and its roles; `null` is somebody without a token. */
export interface Caller {
  readonly id: string;
  readonly roles: readonly Role[];
}

export const superAdmin: Caller = { id: 's-1', roles: ['super_admin'] };
export const admin: Caller = { id: 's-2', roles: ['admin'] };
export const moderator: Caller = { id: 's-3', roles: ['moderator'] };
export const userNamed = (id: string): Caller => ({ id, roles: ['user'] });

export interface CallOptions {
  readonly body?: unknown;
  readonly key?: string;
  /** Seconds of `Prefer: wait`. */
  readonly wait?: number;
  readonly minPosition?: string;
}

/** What came back, after it was held against the document. */
export interface CheckedAnswer extends TestAnswer {
  /** `data` of the envelope; empty for problems and answers without a body. */
  readonly data: Readonly<Record<string, unknown>>;
  /** `code` of a problem; empty otherwise. */
  readonly code: string;
}

/** Calls the API as a client with the OpenAPI document would: no answer may differ from it. */
export interface OpenApiClient {
  call(
    caller: Caller | null,
    request: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`,
    options?: CallOptions,
  ): Promise<CheckedAnswer>;
}

let keys = 0;

const at = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);

const pathPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/:[^/]+/g, '[^/]+')}$`);

const isLiteral = ({ path }: Route): boolean => !path.includes(':');

export const openApiClient = (server: TestServer, routes: readonly Route[]): OpenApiClient => {
  const info = { title: 'Under test', version: '0', description: 'Under test' };
  const document = openApiDocument(routes, info);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const validators = new Map<string, ValidateFunction>();

  const routeFor = (method: string, path: string): Route => {
    const fitting = routes.filter(
      (route) => route.method === method && pathPattern(route.path).test(path),
    );
    const found = fitting.find(isLiteral) ?? fitting[0];
    if (found === undefined) throw new Error(`the document knows no ${method} ${path}`);
    return found;
  };

  const validatorFor = (route: Route, answer: TestAnswer): ValidateFunction | null => {
    const template = route.path.replaceAll(/:([A-Za-z0-9_]+)/g, '{$1}');
    const operation = at(document, 'paths', template, route.method.toLowerCase());
    const response = at(operation, 'responses', String(answer.status));
    const where = `${route.operation} ${answer.status}`;
    if (response === undefined) throw new Error(`${where} is not in the document: ${answer.text}`);
    const content = at(response, 'content');
    if (content === undefined) return null;
    const [mediaType = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const schema = at(content, mediaType, 'schema');
    if (!isRecord(schema)) throw new Error(`${where} is documented without ${mediaType}`);
    const known = validators.get(where);
    if (known !== undefined) return known;
    const compiled = ajv.compile({ ...schema, components: at(document, 'components') });
    validators.set(where, compiled);
    return compiled;
  };

  return {
    call: async (caller, request, options = {}) => {
      const [method = '', path = ''] = request.split(' ');
      const route = routeFor(method, path.split('?')[0] ?? '');
      const headers = new Headers(caller === null ? {} : await bearer(caller.id, ...caller.roles));
      keys += 1;
      if (route.idempotency === 'required') {
        headers.set('idempotency-key', options.key ?? `key-${keys}`);
      }
      if (options.wait !== undefined) headers.set('prefer', `wait=${options.wait}`);
      if (options.minPosition !== undefined) headers.set('x-min-position', options.minPosition);
      const json = options.body ?? (route.body === null ? undefined : {});
      const answer = await server.send(path, { method, headers, json });
      const validate = validatorFor(route, answer);
      if (validate !== null && !validate(answer.json)) {
        const faults = ajv.errorsText(validate.errors, { separator: '\n' });
        throw new Error(`${route.operation} ${answer.status}: ${faults}\n${answer.text}`);
      }
      const { data, code } = answer.json;
      return {
        ...answer,
        data: isRecord(data) ? data : {},
        code: typeof code === 'string' ? code : '',
      };
    },
  };
};
