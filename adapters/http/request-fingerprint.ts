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

/**
 * What a repeated request is compared by. Hashes are keyed and kept instead of the fields, because
 * a body may hold what must not lie around (account numbers), and short values could be guessed.
 */
export const fingerprint = (parts: RawRequestParts, secret: string): FieldHashes => {
  const hash = (value: unknown): string =>
    createHmac('sha256', secret).update(canonicalJson(value)).digest('base64url');
  const fields = [
    ...fieldsOf('params', parts.params),
    ...fieldsOf('query', parts.query),
    ...fieldsOf('body', parts.body),
  ];
  const hashes = fields.map(([name, value]): [string, string] => [
    name,
    hash(value).slice(0, hashCharacters),
  ]);
  return Object.fromEntries(hashes.sort(([left], [right]) => (left < right ? -1 : 1)));
};

const fieldsOf = (part: string, value: unknown): readonly (readonly [string, unknown])[] => {
  if (value === undefined) return [];
  if (!isRecord(value)) return [[part, value]];
  return Object.entries(value).map(([name, field]) => [`${part}.${name}`, field]);
};

/** Names of the fields that differ, those that only one side has included. */
export const differingFields = (first: FieldHashes, second: FieldHashes): readonly string[] =>
  [...new Set([...Object.keys(first), ...Object.keys(second)])]
    .filter((name) => first[name] !== second[name])
    .sort();
