import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { BrandedString } from '../../domain/shared/brand.js';
import { CalendarDateType } from '../../domain/shared/calendar-date.js';
import { IntegerType, TextType } from '../../domain/shared/codecs.js';
import { InstantType } from '../../domain/shared/instant.js';
import { DefaultType } from '../../ports/http/default-type.js';
import { DescribedType } from '../../ports/http/described-type.js';

/** Texts longer than this prove nothing more; it keeps samples readable. */
const textLengthMax = 40;
/** Lists longer than this prove nothing more. */
const listLengthMax = 5;
/** The years that instants can be written in. */
const instantRange = {
  min: new Date('0000-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
};

const arbitraryOfText = ({ limits }: TextType): fc.Arbitrary<string> => {
  const minLength = limits.minLength ?? 0;
  const maxLength = Math.min(limits.maxLength ?? textLengthMax, minLength + textLengthMax);
  return fc.string({ minLength, maxLength });
};

const arbitraryOfInteger = ({ bounds }: IntegerType): fc.Arbitrary<number> => {
  const { minimum: min = Number.MIN_SAFE_INTEGER, maximum: max = Number.MAX_SAFE_INTEGER } = bounds;
  return fc.integer({ min, max });
};

/** What a codec of the HTTP border accepts, by its own schema; it is then decoded by itself. */
const arbitraryOfDescribed = (codec: DescribedType<unknown>): fc.Arbitrary<unknown> => {
  const { type, pattern, minimum, maximum } = codec.wire.input;
  const bounds = { min: Number(minimum ?? -1_000), max: Number(maximum ?? 1_000) };
  const wireOf = (): fc.Arbitrary<unknown> => {
    if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
    if (type === 'boolean') return fc.constantFrom('true', 'false');
    if (type === 'number') return fc.integer(bounds).map(String);
    return type === 'integer' ? fc.integer(bounds).map(String) : fc.constant(undefined);
  };
  return wireOf()
    .map(codec.decode)
    .filter(E.isRight)
    .map(({ right }) => right);
};

/** Our own codecs, then those of io-ts that hold a plain value. */
const arbitraryOfLeaf = (codec: t.Mixed): fc.Arbitrary<unknown> | null => {
  if (codec instanceof DescribedType) return arbitraryOfDescribed(codec);
  if (codec instanceof DefaultType) return arbitraryOf(codec.type);
  if (codec instanceof IntegerType) return arbitraryOfInteger(codec);
  if (codec instanceof TextType) return arbitraryOfText(codec);
  if (codec instanceof BrandedString) return fc.stringMatching(codec.pattern);
  if (codec instanceof InstantType) return fc.date(instantRange).map((date) => date.toISOString());
  if (codec instanceof CalendarDateType) {
    return fc.date(instantRange).map((date) => date.toISOString().slice(0, 10));
  }
  if (codec instanceof t.StringType) return fc.string({ maxLength: textLengthMax });
  if (codec instanceof t.NumberType) return fc.double({ noNaN: true, noDefaultInfinity: true });
  if (codec instanceof t.BooleanType) return fc.boolean();
  if (codec instanceof t.NullType) return fc.constant(null);
  if (codec instanceof t.UndefinedType) return fc.constant(undefined);
  if (codec instanceof t.LiteralType) return fc.constant(codec.value);
  if (codec instanceof t.KeyofType) return fc.constantFrom(...Object.keys(codec.keys));
  if (codec instanceof t.UnknownType) return fc.jsonValue();
  return null;
};

const arbitraryOfProps = (props: t.Props, requiredKeys?: string[]): fc.Arbitrary<object> => {
  const model = Object.fromEntries(
    Object.entries(props).map(([name, codec]) => [name, arbitraryOf(codec)]),
  );
  return requiredKeys === undefined ? fc.record(model) : fc.record(model, { requiredKeys });
};

const arbitraryOfParts = (parts: readonly t.Mixed[]): fc.Arbitrary<object> =>
  fc.tuple(...parts.map((part) => arbitraryOf(part))).map((made) => Object.assign({}, ...made));

const arbitraryOfShape = (codec: t.Mixed): fc.Arbitrary<unknown> | null => {
  if (codec instanceof t.ExactType) return arbitraryOf(codec.type);
  if (codec instanceof t.ReadonlyType) return arbitraryOf(codec.type);
  if (codec instanceof t.RefinementType) return arbitraryOf(codec.type);
  if (codec instanceof t.InterfaceType) return arbitraryOfProps(codec.props);
  if (codec instanceof t.PartialType) return arbitraryOfProps(codec.props, []);
  if (codec instanceof t.IntersectionType) return arbitraryOfParts(codec.types);
  if (codec instanceof t.UnionType) {
    const members: readonly t.Mixed[] = codec.types;
    return fc.oneof(...members.map((member) => arbitraryOf(member)));
  }
  if (codec instanceof t.TupleType) {
    const members: readonly t.Mixed[] = codec.types;
    return fc.tuple(...members.map((member) => arbitraryOf(member)));
  }
  if (codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType) {
    return fc.array(arbitraryOf(codec.type), { maxLength: listLengthMax });
  }
  if (codec instanceof t.DictionaryType) {
    const keys = arbitraryOf<string, string>(codec.domain);
    return fc.dictionary(keys, arbitraryOf(codec.codomain), { maxKeys: listLengthMax });
  }
  return null;
};

/**
 * Values that a codec accepts, made from the codec itself. A kind of codec that it does not know
 * is an error: whoever adds one teaches it here.
 */
export const arbitraryOf = <A, O>(codec: t.Type<A, O>): fc.Arbitrary<A> => {
  const made = arbitraryOfLeaf(codec) ?? arbitraryOfShape(codec);
  if (made === null) throw new Error(`no samples can be made for the codec ${codec.name}`);
  return made.filter((value): value is A => codec.is(value));
};
