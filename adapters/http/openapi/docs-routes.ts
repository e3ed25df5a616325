/**
 * `/openapi.json`, and `/docs` as its page for people. The page comes from the installed package
 * `swagger-ui-dist`, so it works without the internet; its policy lets it load nothing else.
 */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../../ports/http/json.js';
import type { RawAnswer, RawRoute } from '../raw-route.js';

/** Files of the package that the page uses, and their types; no other file is reachable. */
const assets = [
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
] as const;

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PowerBank Ledger API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** `validatorUrl: null` keeps the page from asking a service on the internet. */
const start = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // The page sets style attributes, and draws its icons from data URLs.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join(';');

/** The files change with a release only; an hour keeps a page fast and a release visible. */
const assetHeaders = { 'cache-control': 'public, max-age=3600' };

const get = (operation: string, path: string, answer: () => Promise<RawAnswer>): RawRoute => ({
  operation,
  method: 'GET',
  path,
  bodyBytesMax: 0,
  handler: answer,
});

/** Routes of the document and of its page. */
export const docsRoutes = (document: JsonObject): readonly RawRoute[] => {
  const json = JSON.stringify(document);
  const packageDir = dirname(
    createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'),
  );
  return [
    get('readOpenApi', '/openapi.json', async () => ({
      status: 200,
      contentType: 'application/json',
      body: json,
    })),
    get('readDocs', '/docs', async () => ({
      status: 200,
      contentType: 'text/html; charset=utf-8',
      body: page,
      headers: { 'content-security-policy': pagePolicy },
    })),
    get('readDocsStart', '/docs/start.js', async () => ({
      status: 200,
      contentType: 'text/javascript; charset=utf-8',
      body: start,
    })),
    ...assets.map(([name, contentType]) =>
      get(`readDocs:${name}`, `/docs/${name}`, async () => ({
        status: 200,
        contentType,
        body: await readFile(join(packageDir, name)),
        headers: assetHeaders,
      })),
    ),
  ];
};
