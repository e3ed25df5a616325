import * as t from 'io-ts';
import { SettingType } from '../../../domain/settings/values.js';
import { BrandedString } from '../../../domain/shared/brand.js';
import { CalendarDateType } from '../../../domain/shared/calendar-date.js';
import { IntegerType, TextType } from '../../../domain/shared/codecs.js';
import { InstantType } from '../../../domain/shared/instant.js';
import { DescribedType } from '../../../ports/http/described-type.js';
import type { JsonSchema } from '../../../ports/http/json-schema.js';

/** `input`: what is accepted; `output`: what is written. */
export type Direction = 'input' | 'output';

/** Schema of a codec that holds one plain value; `null` for all others. */
export const leafSchema = (codec: t.Mixed, direction: Direction): JsonSchema | null => {
  if (codec instanceof DescribedType) return codec.wire[direction];
  if (codec instanceof IntegerType) return { type: 'integer', ...codec.bounds };
  if (codec instanceof TextType) return { type: 'string', ...codec.limits };
  if (codec instanceof BrandedString) return { type: 'string', pattern: codec.pattern.source };
  if (codec instanceof InstantType) return instantSchema;
  if (codec instanceof CalendarDateType) return { type: 'string', format: 'date' };
  if (codec instanceof SettingType) return { type: 'string', description: codec.expects };
  return plainSchema(codec);
};

const instantSchema: JsonSchema = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  description: 'UTC with milliseconds',
  examples: ['2026-11-22T15:30:00.000Z'],
};

const plainSchema = (codec: t.Mixed): JsonSchema | null => {
  if (codec instanceof t.StringType) return { type: 'string' };
  if (codec instanceof t.NumberType) return { type: 'number' };
  if (codec instanceof t.BooleanType) return { type: 'boolean' };
  if (codec instanceof t.NullType) return { type: 'null' };
  if (codec instanceof t.UnknownType) return {};
  if (codec instanceof t.AnyDictionaryType) return { type: 'object' };
  if (codec instanceof t.LiteralType) return { type: typeof codec.value, const: codec.value };
  if (codec instanceof t.KeyofType) return { type: 'string', enum: Object.keys(codec.keys) };
  return null;
};
