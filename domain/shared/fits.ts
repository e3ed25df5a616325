import * as t from 'io-ts';

/** Whether decoding a value would give back that very value: all of it valid, nothing left out. */
export type Fits = (value: unknown) => boolean;

/**
 * Decoding describes each step into a value, in case that a fault has to be told; of the events of
 * our own log, none has one. So the codec is asked first whether there is anything to do at all,
 * by a function that is made of it once. It may say no where decoding would succeed, never yes
 * where decoding would do anything: kinds of codecs that it does not know always have to decode.
 */
export const fits = (codec: t.Mixed): Fits => {
  const known = made.get(codec);
  if (known !== undefined) return known;
  const fresh = make(codec);
  made.set(codec, fresh);
  return fresh;
};

const made = new WeakMap<t.Mixed, Fits>();

/** Codecs of these kinds hand out what they are given, or refuse it. */
const leaves: ReadonlySet<unknown> = new Set([
  'StringType',
  'NumberType',
  'BooleanType',
  'NullType',
  'LiteralType',
  'KeyofType',
  'InstantType',
  'CalendarDateType',
  'BrandedString',
  'IntegerType',
  'TextType',
]);

const make = (codec: t.Mixed): Fits => {
  if (codec instanceof t.ExactType) return exactly(codec.type);
  if (codec instanceof t.InterfaceType) return recordOf(codec.props);
  if (codec instanceof t.UnionType) return oneOfThem(codec.types);
  if (codec instanceof t.ReadonlyArrayType) return listOf(codec, codec.type);
  return '_tag' in codec && leaves.has(codec._tag) ? codec.is : () => false;
};

type Dictionary = Readonly<Record<string, unknown>>;

const isDictionary = (value: unknown): value is Dictionary =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const recordOf = (props: Readonly<Record<string, t.Mixed>>): Fits => {
  const fields = Object.entries(props).map(([name, codec]) => ({ name, fits: fits(codec) }));
  return (value) => isDictionary(value) && fields.every((field) => field.fits(value[field.name]));
};

/** No field may be left over, because decoding would leave it out. */
const exactly = (codec: t.Mixed): Fits => {
  if (!(codec instanceof t.InterfaceType)) return () => false;
  const names = new Set(Object.keys(codec.props));
  const isWhole = recordOf(codec.props);
  return (value) => isWhole(value) && Object.keys(value ?? {}).every((name) => names.has(name));
};

/** Decoding takes the first that is valid, so none before the one that fits may be. */
const oneOfThem = (codecs: readonly t.Mixed[]): Fits => {
  const cases = codecs.map((codec) => ({ codec, fits: fits(codec) }));
  return (value) => {
    const first = cases.find((each) => each.fits(value) || each.codec.is(value));
    return first?.fits(value) === true;
  };
};

/** The codec itself knows how many there may be. */
const listOf = (codec: t.Mixed, item: t.Mixed): Fits => {
  const itemFits = fits(item);
  return (value) => Array.isArray(value) && codec.is(value) && value.every(itemFits);
};
