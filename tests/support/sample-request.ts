/** Requests that the codecs of a route accept, made from the route itself. */

import fc from 'fast-check';
import type * as t from 'io-ts';
import { isRecord } from '../../ports/http/json.js';
import type { Route } from '../../ports/http/route.js';
import { arbitraryOf } from './arbitrary-of-codec.js';

/** The parts of a request as they go over the wire. */
export interface Sample {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** `undefined` where a route takes none. */
  readonly body: unknown;
}

/** Through JSON, as a client sends it: what is not there is then really not there. */
const onTheWire = (codec: t.Mixed, seed: number): unknown => {
  const [value] = fc.sample(arbitraryOf(codec), { seed, numRuns: 1 });
  const written: unknown = codec.encode(value);
  return written === undefined ? undefined : JSON.parse(JSON.stringify(written));
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isRecord(value) ? value : {};

/** The same seed gives the same request. */
export const sampleOf = ({ params, query, body }: Route, seed: number): Sample => ({
  params: recordOf(onTheWire(params, seed)),
  query: recordOf(onTheWire(query, seed)),
  body: body === null ? undefined : onTheWire(body, seed),
});

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** The path with its parameters and its query, all encoded. */
export const targetOf = (
  { path }: Pick<Route, 'path'>,
  { params, query }: Pick<Sample, 'params' | 'query'>,
): `/${string}` => {
  const filled = path
    .slice(1)
    .replaceAll(/:([A-Za-z0-9_]+)/g, (_, name: string) => encodeURIComponent(textOf(params[name])));
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined || value === null ? [] : [[name, textOf(value)]],
    ),
  ).toString();
  return asked === '' ? `/${filled}` : `/${filled}?${asked}`;
};
