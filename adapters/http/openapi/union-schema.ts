import type { Json } from '../../../ports/http/json.js';
import type { JsonSchema } from '../../../ports/http/json-schema.js';

/**
 * One schema of several alternatives, in the shortest form that says the same: words become one
 * `enum`, and `X | null` a list of types (JSON Schema 2020-12 knows no `nullable`).
 */
export const unionSchema = (members: readonly JsonSchema[]): JsonSchema => {
  const nulls = members.filter(({ type }) => type === 'null');
  const others = members.filter(({ type }) => type !== 'null');
  const one = others.length === 1 ? others[0] : wordsOf(others);
  if (one === undefined || one === null) return { anyOf: members };
  return nulls.length === 0 ? one : orNull(one);
};

/** All alternatives as one `enum`; `null` when one of them is more than words. */
const wordsOf = (members: readonly JsonSchema[]): JsonSchema | null => {
  const words = members.map(({ type, const: word, enum: list }): readonly Json[] | null => {
    if (type !== 'string') return null;
    if (Array.isArray(list)) return list;
    return word === undefined ? null : [word];
  });
  if (words.length === 0 || words.includes(null)) return null;
  return { type: 'string', enum: [...new Set(words.flatMap((list) => list ?? []))] };
};

const orNull = (schema: JsonSchema): JsonSchema => {
  const { type, enum: words, const: word } = schema;
  if (type === undefined || word !== undefined) return { anyOf: [schema, { type: 'null' }] };
  const types = Array.isArray(type) ? type : [type];
  return {
    ...schema,
    type: [...types, 'null'],
    ...(Array.isArray(words) ? { enum: [...words, null] } : {}),
  };
};
