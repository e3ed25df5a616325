import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { BrandedString } from '../../domain/shared/brand.js';
import { CalendarDateType } from '../../domain/shared/calendar-date.js';
import { IntegerType, TextType } from '../../domain/shared/codecs.js';
import { InstantType } from '../../domain/shared/instant.js';
import { DefaultType } from '../../ports/http/default-type.js';
import { DescribedType } from '../../ports/http/described-type.js';
import { CursorType } from '../../ports/http/paging.js';

/** Texts longer than this prove nothing more; it keeps samples readable. */
const textLengthMax = 40;
/** Lists longer than this prove nothing more. */
const listLengthMax = 5;
/** The years that instants can be written in. */
const instantRange = {
  min: new Date('0001-01-01T00:00:00.000Z'),
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

/** So much of an example stays as it is: such as the digits by which a mobile number begins. */
const keptOfExample = 3;

const another = (symbol: string): fc.Arbitrary<string> => {
  if (/[0-9]/.test(symbol)) return fc.integer({ min: 0, max: 9 }).map(String);
  return /[a-z]/.test(symbol) ? fc.constantFrom('a', 'k', 'q', 'x') : fc.constant(symbol);
};

/** Texts that look like the examples of a schema, where it says no more than that. */
const arbitraryLike = (examples: readonly unknown[]): fc.Arbitrary<string> => {
  const texts = examples.filter((example) => typeof example === 'string');
  if (texts.length === 0) throw new Error('a text without a pattern needs examples');
  return fc.oneof(
    ...texts.map((example) =>
      fc
        .tuple(...example.slice(keptOfExample).split('').map(another))
        .map((symbols) => example.slice(0, keptOfExample) + symbols.join('')),
    ),
  );
};

/** What a codec of the HTTP border accepts, by its own schema; it is then decoded by itself. */
const arbitraryOfDescribed = (codec: DescribedType<unknown>): fc.Arbitrary<unknown> => {
  const { type, pattern, minimum, maximum, examples } = codec.wire.input;
  const bounds = {
    min: Math.ceil(Number(minimum ?? -1_000)),
    max: Math.floor(Number(maximum ?? 1_000)),
  };
  const wireOf = (): fc.Arbitrary<unknown> => {
    if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
    if (type === 'boolean') return fc.constantFrom('true', 'false');
    if (type === 'number' || type === 'integer') {
      // A number in a body, its text in a query: the codec knows which.
      return fc.integer(bounds).chain((number) => fc.constantFrom(number, String(number)));
    }
    return arbitraryLike(Array.isArray(examples) ? examples : []);
  };
  return wireOf()
    .map(codec.decode)
    .filter(E.isRight)
    .map(({ right }) => right);
};

/** Our own codecs, then those of io-ts that hold a plain value. */
const arbitraryOfLeaf = (codec: t.Mixed): fc.Arbitrary<unknown> | null => {
  if (codec instanceof CursorType) return arbitraryOf(codec.content);
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
