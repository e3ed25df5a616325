import * as t from 'io-ts';

/** A string that must not be mistaken for another kind of string. */
export type Brand<Name extends string> = string & { readonly __brand: Name };

/**
 * Codec of a branded string: whatever matches `pattern` is of the brand, anything else is a
 * decoding error. The pattern is kept on the codec so that the OpenAPI document can show it.
 */
export class BrandedString<Name extends string> extends t.Type<Brand<Name>, string, unknown> {
  readonly _tag = 'BrandedString' as const;

  constructor(
    name: Name,
    readonly pattern: RegExp,
  ) {
    const is = (input: unknown): input is Brand<Name> =>
      typeof input === 'string' && pattern.test(input);
    super(
      name,
      is,
      (input, context) =>
        is(input)
          ? t.success(input)
          : t.failure(input, context, `${name} must match ${pattern.source}`),
      t.identity,
    );
  }
}

export const branded = <Name extends string>(name: Name, pattern: RegExp): BrandedString<Name> =>
  new BrandedString(name, pattern);

/**
 * Turns a string that the program itself made into a branded one.
 * A value that does not fit is a bug of the caller, so it throws.
 */
export const brandOrThrow = <Name extends string>(
  codec: BrandedString<Name>,
  value: string,
): Brand<Name> => {
  if (!codec.is(value))
    throw new Error(`${codec.name} must match ${codec.pattern.source}: ${value}`);
  return value;
};
