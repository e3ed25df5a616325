import { createHmac } from 'node:crypto';
import { canonicalJson, isRecord } from '../../ports/http/json.js';

/** Hash of each part of a request by its name (`params.id`, `body.amount`), names sorted. */
export type FieldHashes = Readonly<Record<string, string>>;

interface RawRequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Enough to tell requests apart; 96 bits. */
const hashCharacters = 16;

export type Fingerprint = (parts: RawRequestParts) => FieldHashes;

/**
 * What a repeated request is compared by. Hashes are keyed and kept instead of the fields, because
 * a body may hold what must not lie around (account numbers), and short values could be guessed.
 */
export const fingerprintOf = (secret: string): Fingerprint => {
  const hashOf = (value: unknown): string =>
    createHmac('sha256', secret)
      .update(canonicalJson(value))
      .digest('base64url')
      .slice(0, hashCharacters);
  return ({ params, query, body }) => {
    const fields = [
      ...fieldsOf('params', params),
      ...fieldsOf('query', query),
      ...fieldsOf('body', body),
    ].sort(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(fields.map(([name, value]) => [name, hashOf(value)]));
  };
};

type Field = readonly [name: string, value: unknown];

const fieldsOf = (part: string, value: unknown): readonly Field[] => {
  if (value === undefined) return [];
  if (!isRecord(value)) return [[part, value]];
  return Object.entries(value).map(([name, field]) => [`${part}.${name}`, field]);
};

/** Names of the fields that differ, those that only one side has included. */
export const differingFields = (first: FieldHashes, second: FieldHashes): readonly string[] =>
  [...new Set([...Object.keys(first), ...Object.keys(second)])]
    .filter((name) => first[name] !== second[name])
    .sort();
