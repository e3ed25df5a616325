import { openApiDocument } from '../../adapters/http/openapi/document.js';
import type { Role } from '../../ports/http/access.js';
import type { Route } from '../../ports/http/route.js';
import { documentClient } from './document-client.js';
import { bearer, type TestAnswer, type TestServer } from './http-server.js';

/** Who calls: an id and its roles; `null` is somebody without a token. */
export interface Caller {
  readonly id: string;
  readonly roles: readonly Role[];
  /** A token that the program issued itself, instead of one that is made for the call. */
  readonly token?: string;
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

/** Calls a server under test with the document that its routes make. */
export const openApiClient = (server: TestServer, routes: readonly Route[]): OpenApiClient =>
  documentClient({
    send: server.send,
    document: openApiDocument(routes, {
      title: 'Under test',
      version: '0',
      description: 'Under test',
    }),
    authorize: async ({ id, roles, token }) =>
      token === undefined ? (await bearer(id, ...roles)).authorization : `Bearer ${token}`,
  });
