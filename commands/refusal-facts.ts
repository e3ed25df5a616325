import { Bug } from '../domain/shared/assert.js';
import { Money, toRupees } from '../domain/shared/money.js';
import type { Json, JsonObject } from '../ports/http/json.js';
import type { AnyRefusal } from './refusal-codes.js';

/** Members that every problem document has; a fact of the same name stands beside them. */
const takenNames: ReadonlySet<string> = new Set([
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'code',
]);

const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const factName = (field: string): string => {
  const name = snakeCase(field);
  return takenNames.has(name) ? `current_${name}` : name;
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const factOf = (value: unknown): Json => {
  if (Money.is(value)) return toRupees(value);
  if (Array.isArray(value)) return value.map(factOf);
  if (isObject(value)) return factsOf(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  throw new Bug(`a refusal carries a ${typeof value}`);
};

const factsOf = (fields: object): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [factName(field), factOf(value)]),
  );

/**
 * The facts of a refusal as clients read them: names in snake case, money as decimal text. What
 * the domain calls `status` becomes `current_status`, because a problem has a `status` of its own.
 */
export const refusalFacts = (refusal: AnyRefusal): JsonObject => {
  const { kind: _, ...fields } = refusal;
  return factsOf(fields);
};
