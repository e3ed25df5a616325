import type { Json } from '../../../ports/http/json.js';
import { isRecord } from '../../../ports/http/json.js';
import type { JsonSchema } from '../../../ports/http/json-schema.js';

/** Texts that fit the patterns of our ids and codes; the first that fits is the example. */
const candidates = [
  'r-1001',
  'AB12CD34',
  'BTM-0001',
  '861234567890123',
  '50000020',
  'sample~sample',
  '9841000000',
  '1.0.0',
  '00000000-0000-4000-8000-000000000000',
  'https://files.example/picture.jpg',
];

type Components = Readonly<Record<string, JsonSchema>>;

/**
 * A value that fits the schema, always the same one; `undefined` when the schema says too little to
 * make one up. Objects show all their members, lists one item.
 */
export const exampleOf = (schema: JsonSchema, components: Components): Json | undefined => {
  const { $ref, anyOf, allOf, examples, enum: words, const: word, default: absent } = schema;
  if (typeof $ref === 'string') return exampleOfReference($ref, components);
  const given = [...listOf(examples), word, absent, ...listOf(words)].find(
    (value) => value !== undefined,
  );
  if (given !== undefined) return given;
  const alternative = listOf(anyOf).find(isSchema);
  if (alternative !== undefined) return exampleOf(alternative, components);
  if (Array.isArray(allOf)) return mergedExample(listOf(allOf).filter(isSchema), components);
  return exampleOfType(schema, components);
};

const exampleOfReference = (reference: string, components: Components): Json | undefined => {
  const schema = components[reference.slice(reference.lastIndexOf('/') + 1)];
  return schema === undefined ? undefined : exampleOf(schema, components);
};

const mergedExample = (parts: readonly JsonSchema[], components: Components): Json =>
  Object.assign({}, ...parts.map((part) => exampleOf(part, components)));

const exampleOfType = (schema: JsonSchema, components: Components): Json | undefined => {
  const { type, items, prefixItems, minimum, maximum } = schema;
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return exampleOfObject(schema, components);
    case 'array': {
      const parts = [...listOf(prefixItems), ...(isSchema(items) ? [items] : [])].filter(isSchema);
      return parts.map((part) => exampleOf(part, components) ?? null);
    }
    case 'integer':
    case 'number':
      return typeof minimum === 'number' ? minimum : Math.min(1, Number(maximum ?? 1));
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'string':
      return exampleOfText(schema);
    default:
      return undefined;
  }
};

const exampleOfObject = ({ properties }: JsonSchema, components: Components): Json => {
  const members = isSchema(properties) ? Object.entries(properties) : [];
  const shown = members.flatMap(([name, member]) => {
    const example = isSchema(member) ? exampleOf(member, components) : undefined;
    return example === undefined ? [] : [[name, example] as const];
  });
  return Object.fromEntries(shown);
};

const exampleOfText = ({ pattern, minLength }: JsonSchema): string | undefined => {
  if (typeof pattern === 'string') {
    const fits = new RegExp(pattern);
    return candidates.find((text) => fits.test(text));
  }
  return 'text'.padEnd(typeof minLength === 'number' ? minLength : 0, '.');
};

const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value.map((item: Json) => item) : [];

const isSchema = (value: unknown): value is JsonSchema => isRecord(value);
