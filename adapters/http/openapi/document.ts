/** The OpenAPI 3.1 document of a list of routes, made from what the server itself runs on. */

import type { JsonObject } from '../../../ports/http/json.js';
import type { Route } from '../../../ports/http/route.js';
import { headers, parameters, securitySchemes } from './common-parts.js';
import { operationOf, templateOf } from './operation.js';
import { problemSchema } from './problem-responses.js';
import { createSchemaBook } from './schema-book.js';

export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** @throws Bug when a codec cannot be described, or a path and its params differ. */
export const openApiDocument = (routes: readonly Route[], info: DocumentInfo): JsonObject => {
  const book = createSchemaBook();
  const paths: Record<string, Record<string, JsonObject>> = {};
  const ordered = routes.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  for (const route of ordered) {
    const path = templateOf(route.path);
    const operations = paths[path] ?? {};
    paths[path] = operations;
    operations[route.method.toLowerCase()] = operationOf(route, book);
  }
  const tags = [...new Set(routes.map(({ tag }) => tag))].sort();
  return {
    openapi: '3.1.0',
    info: { ...info },
    servers: [{ url: '/' }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...book.components(), Problem: problemSchema },
      parameters,
      headers,
      securitySchemes,
    },
  };
};
