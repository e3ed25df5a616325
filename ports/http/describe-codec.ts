import * as t from 'io-ts';
import { SettingType } from '../../domain/settings/values.js';
import { BrandedString } from '../../domain/shared/brand.js';
import { CalendarDateType } from '../../domain/shared/calendar-date.js';
import { IntegerType, ListType, TextType } from '../../domain/shared/codecs.js';
import { InstantType } from '../../domain/shared/instant.js';
import { DefaultType } from './default-type.js';
import { DescribedType } from './described-type.js';

/** What a codec wants, in words for the person who reads an error answer. */
export const describeCodec = (codec: t.Decoder<unknown, unknown>): string => {
  if (codec instanceof DescribedType) return codec.wire.description;
  if (codec instanceof DefaultType) return describeDefault(codec);
  if (codec instanceof IntegerType) return describeInteger(codec);
  if (codec instanceof TextType) return describeText(codec);
  if (codec instanceof InstantType) return 'a UTC time such as 2026-11-22T15:30:00.000Z';
  if (codec instanceof CalendarDateType) return 'a day such as 2001-02-28';
  if (codec instanceof BrandedString) return `text that matches ${codec.pattern.source}`;
  if (codec instanceof SettingType) return codec.expects;
  if (codec instanceof ListType) return `a list of at most ${codec.lengthMax}`;
  if (codec instanceof t.LiteralType) return JSON.stringify(codec.value);
  if (codec instanceof t.KeyofType) return `one of ${Object.keys(codec.keys).join(', ')}`;
  return describeShape(codec);
};

const describeShape = (codec: t.Decoder<unknown, unknown>): string => {
  if (codec instanceof t.StringType) return 'text';
  if (codec instanceof t.NumberType) return 'a number';
  if (codec instanceof t.BooleanType) return 'true or false';
  if (codec instanceof t.NullType) return 'null';
  if (codec instanceof t.ArrayType) return 'a list';
  if (codec instanceof t.ExactType) return describeShape(codec.type);
  if (codec instanceof t.InterfaceType || codec instanceof t.PartialType) return 'an object';
  if (codec instanceof t.DictionaryType) return 'an object';
  return codec.name;
};

/** Whoever sends a value that does not fit wants to know what would; absence is no fault. */
const describeDefault = ({ type }: DefaultType<t.Mixed>): string => describeCodec(type);

const describeInteger = ({ bounds: { minimum, maximum } }: IntegerType): string => {
  if (minimum !== undefined && maximum !== undefined) {
    return `a whole number from ${minimum} to ${maximum}`;
  }
  if (minimum !== undefined) return `a whole number of at least ${minimum}`;
  return maximum === undefined ? 'a whole number' : `a whole number of at most ${maximum}`;
};

const describeText = ({ limits: { minLength, maxLength } }: TextType): string => {
  if (minLength !== undefined && maxLength !== undefined) {
    return `text of ${minLength} to ${maxLength} characters`;
  }
  if (minLength !== undefined) return `text of at least ${minLength} characters`;
  return maxLength === undefined ? 'text' : `text of at most ${maxLength} characters`;
};
