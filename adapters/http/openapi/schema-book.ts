/**
 * JSON Schemas (2020-12) of io-ts codecs, with a component for each codec that has a name.
 *
 * The walker knows every codec class that the program uses. A class that it does not know stops
 * the program at start-up: a document that says less than the truth would be found out too late.
 */

import * as t from 'io-ts';
import { Bug } from '../../../domain/shared/assert.js';
import { ListType } from '../../../domain/shared/codecs.js';
import { DefaultType } from '../../../ports/http/default-type.js';
import type { Json } from '../../../ports/http/json.js';
import type { JsonSchema } from '../../../ports/http/json-schema.js';
import { type Fields, fieldsOf } from './fields.js';
import { type Direction, leafSchema } from './leaf-schema.js';
import { unionSchema } from './union-schema.js';

export interface SchemaBook {
  /** Schema of a codec; a reference to a component when the codec has a name of its own. */
  schemaOf(codec: t.Mixed, direction: Direction): JsonSchema;
  /** All components so far, by name. */
  components(): Readonly<Record<string, JsonSchema>>;
}

type Walk = (codec: t.Mixed) => JsonSchema;

/** Names that somebody chose; those that io-ts makes up contain other characters. */
const chosenName = /^[A-Z][A-Za-z0-9]+$/;

const hasComponent = (codec: t.Mixed): boolean =>
  chosenName.test(codec.name) &&
  (codec instanceof t.KeyofType || codec instanceof t.UnionType || fieldsOf(codec) !== null);

export const createSchemaBook = (): SchemaBook => {
  const components = new Map<string, JsonSchema>();
  const schemaOf = (codec: t.Mixed, direction: Direction): JsonSchema => {
    const schema = shapeOf(codec, direction, (part) => schemaOf(part, direction));
    if (!hasComponent(codec)) return schema;
    // What is accepted may be wider than what is written; then both need a name.
    const isSame =
      direction === 'output' ||
      JSON.stringify(inline(codec, 'output')) === JSON.stringify(inline(codec, 'input'));
    const name = isSame ? codec.name : `${codec.name}Input`;
    const known = components.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Bug(`two different codecs are called ${name}`);
    }
    components.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  };
  return { schemaOf, components: () => Object.fromEntries(components) };
};

/** The whole schema without references. */
export const inline = (codec: t.Mixed, direction: Direction): JsonSchema =>
  shapeOf(codec, direction, (part) => inline(part, direction));

const shapeOf = (codec: t.Mixed, direction: Direction, walk: Walk): JsonSchema => {
  const leaf = leafSchema(codec, direction);
  if (leaf !== null) return leaf;
  const fields = fieldsOf(codec);
  if (fields !== null) return objectSchema(fields, walk);
  if (codec instanceof DefaultType) return defaultSchema(codec, walk);
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType) {
    const limits = codec instanceof ListType ? { maxItems: codec.lengthMax } : {};
    return { type: 'array', items: walk(codec.type), ...limits };
  }
  if (codec instanceof t.UnionType) return unionSchema(presentMembers(codec.types).map(walk));
  if (codec instanceof t.IntersectionType) return { allOf: membersOf(codec.types).map(walk) };
  if (codec instanceof t.TupleType) return tupleSchema(membersOf(codec.types).map(walk));
  if (codec instanceof t.DictionaryType) return dictionarySchema(codec, walk);
  return wrappedSchema(codec, walk);
};

/** Codecs around another one. A predicate cannot be shown, so its name must tell. */
const wrappedSchema = (codec: t.Mixed, walk: Walk): JsonSchema => {
  if (codec instanceof t.ReadonlyType) return walk(codec.type);
  if (codec === t.Int) return { type: 'integer' };
  if (codec instanceof t.RefinementType) return { ...walk(codec.type), description: codec.name };
  throw new Bug(`the OpenAPI document does not know codecs like ${codec.name}`);
};

const objectSchema = ({ fields, isClosed }: Fields, walk: Walk): JsonSchema => {
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(({ name, codec }) => [name, walk(codec)])),
    ...(required.length === 0 ? {} : { required }),
    ...(isClosed ? { additionalProperties: false } : {}),
  };
};

const defaultSchema = ({ type, absent }: DefaultType<t.Mixed>, walk: Walk): JsonSchema => {
  const written: unknown = absent;
  const isPlain = ['string', 'number', 'boolean'].includes(typeof written);
  const fallback: Json = isPlain ? JSON.parse(JSON.stringify(written)) : null;
  return { ...walk(type), ...(isPlain ? { default: fallback } : {}) };
};

const tupleSchema = (members: readonly JsonSchema[]): JsonSchema => ({
  type: 'array',
  prefixItems: members,
  items: false,
  minItems: members.length,
});

const dictionarySchema = (
  { domain, codomain }: t.DictionaryType<t.Mixed, t.Mixed>,
  walk: Walk,
): JsonSchema => {
  if (!(domain instanceof t.KeyofType)) {
    const names = domain instanceof t.StringType ? {} : { propertyNames: walk(domain) };
    return { type: 'object', additionalProperties: walk(codomain), ...names };
  }
  const names = Object.keys(domain.keys);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, walk(codomain)])),
    required: names,
    additionalProperties: false,
  };
};

/** io-ts types the members of a union as `any`; this is where they get a type. */
const membersOf = (members: readonly t.Mixed[]): readonly t.Mixed[] => members;

/** Being absent is said by the object around it, not by the schema. */
const presentMembers = (members: readonly t.Mixed[]): readonly t.Mixed[] =>
  members.filter((member) => !(member instanceof t.UndefinedType));
