import * as t from 'io-ts';
import { DefaultType } from '../../../ports/http/default-type.js';

/** One member of an object codec. */
export interface Field {
  readonly name: string;
  readonly codec: t.Mixed;
  readonly isRequired: boolean;
}

export interface Fields {
  readonly fields: readonly Field[];
  /** Nothing but the fields may be there. */
  readonly isClosed: boolean;
}

/** The members of an object codec, an intersection of such merged into one; `null` for others. */
export const fieldsOf = (codec: t.Mixed): Fields | null => {
  if (codec instanceof t.ExactType) return closed(fieldsOf(codec.type));
  if (codec instanceof t.ReadonlyType) return fieldsOf(codec.type);
  if (codec instanceof t.InterfaceType) return open(codec.props, (part) => !mayBeAbsent(part));
  if (codec instanceof t.PartialType) return open(codec.props, () => false);
  if (codec instanceof t.IntersectionType) return merged(codec.types);
  return null;
};

const closed = (fields: Fields | null): Fields | null =>
  fields === null ? null : { ...fields, isClosed: true };

const open = (props: t.Props, isRequired: (codec: t.Mixed) => boolean): Fields => ({
  fields: Object.entries(props).map(([name, codec]) => ({
    name,
    codec,
    isRequired: isRequired(codec),
  })),
  isClosed: false,
});

const merged = (parts: readonly t.Mixed[]): Fields | null => {
  const all = parts.map(fieldsOf).filter((fields) => fields !== null);
  if (all.length !== parts.length) return null;
  return {
    fields: all.flatMap(({ fields }) => fields),
    isClosed: all.every(({ isClosed }) => isClosed),
  };
};

const mayBeAbsent = (codec: t.Mixed): boolean =>
  codec instanceof DefaultType || (codec instanceof t.UnionType && hasUndefined(codec.types));

const hasUndefined = (members: readonly t.Mixed[]): boolean =>
  members.some((member) => member instanceof t.UndefinedType);
