import * as t from 'io-ts';

/** Bounds of a whole number, both inclusive. */
export interface IntegerBounds {
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * A whole number that JavaScript represents exactly, within bounds. Its own class (instead of
 * `t.Int`) so that plain numbers stay assignable and the OpenAPI document can show the bounds.
 */
export class IntegerType extends t.Type<number> {
  readonly _tag = 'IntegerType' as const;

  constructor(
    name: string,
    readonly bounds: IntegerBounds,
  ) {
    const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = bounds;
    const is = (input: unknown): input is number =>
      typeof input === 'number' &&
      Number.isSafeInteger(input) &&
      input >= minimum &&
      input <= maximum;
    super(
      name,
      is,
      (input, context) => (is(input) ? t.success(input) : t.failure(input, context)),
      t.identity,
    );
  }
}

export const integer = (name: string, bounds: IntegerBounds = {}): IntegerType =>
  new IntegerType(name, bounds);

export const Integer = integer('Integer');
export const NonNegativeInteger = integer('NonNegativeInteger', { minimum: 0 });
export const PositiveInteger = integer('PositiveInteger', { minimum: 1 });
/** Charge of a power bank in percent. */
export const Percent = integer('Percent', { minimum: 0, maximum: 100 });

/** Length limits of a text, both inclusive, in UTF-16 units. */
export interface TextLimits {
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Text within length limits; the limits are kept for the OpenAPI document. */
export class TextType extends t.Type<string> {
  readonly _tag = 'TextType' as const;

  constructor(
    name: string,
    readonly limits: TextLimits,
  ) {
    const { minLength = 0, maxLength = Number.MAX_SAFE_INTEGER } = limits;
    const is = (input: unknown): input is string =>
      typeof input === 'string' && input.length >= minLength && input.length <= maxLength;
    super(
      name,
      is,
      (input, context) => (is(input) ? t.success(input) : t.failure(input, context)),
      t.identity,
    );
  }
}

export const text = (name: string, limits: TextLimits): TextType => new TextType(name, limits);

/** A list with a limit on its length; the limit is kept for the OpenAPI document. */
export class ListType<C extends t.Mixed> extends t.ReadonlyArrayType<
  C,
  readonly t.TypeOf<C>[],
  readonly t.OutputOf<C>[],
  unknown
> {
  constructor(
    name: string,
    type: C,
    readonly lengthMax: number,
  ) {
    const items = t.readonlyArray(type);
    super(
      name,
      (input): input is readonly t.TypeOf<C>[] => items.is(input) && input.length <= lengthMax,
      // The length comes first, so that nobody has thousands of items decoded to be refused.
      (input, context) =>
        Array.isArray(input) && input.length > lengthMax
          ? t.failure(input, context)
          : items.validate(input, context),
      items.encode,
      type,
    );
  }
}

/** A value or an explicit `null`: absence is always spelled out in events and answers. */
export const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null]);

/** A closed set of words. */
export const oneOf = <const Words extends readonly [string, string, ...string[]]>(
  name: string,
  words: Words,
): t.KeyofC<{ readonly [Word in Words[number]]: null }> => {
  const keys: Record<string, null> = Object.fromEntries(words.map((word) => [word, null]));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are exactly the words
  return t.keyof(keys as { readonly [Word in Words[number]]: null }, name);
};
