import * as t from 'io-ts';

/**
 * Codec of a setting: text in the environment, a typed value in the program. `expects` finishes the
 * sentence "must be …" when the text does not fit.
 */
export class SettingText<A> extends t.Type<A, string, unknown> {
  readonly _tag = 'SettingText' as const;

  constructor(
    readonly expects: string,
    conversion: {
      readonly is: (input: unknown) => input is A;
      /** `null` when the text does not fit. */
      readonly parse: (text: string) => A | null;
      readonly print: (value: A) => string;
    },
  ) {
    super(
      expects,
      conversion.is,
      (input, context) => {
        const value = typeof input === 'string' ? conversion.parse(input) : null;
        return value === null ? t.failure(input, context) : t.success(value);
      },
      conversion.print,
    );
  }
}

/** One thing that an operator may set. */
export interface Setting<A, Absent extends string | null> {
  /** Name in the environment. */
  readonly name: string;
  readonly codec: SettingText<A>;
  /** Text that counts when nothing is set; `null`: the value is `null` then. */
  readonly absent: Absent;
  /**
   * `secret`: never printed, and may be given as the path of a file in `NAME_FILE`. `address`: the
   * same, but printed without its password.
   */
  readonly kind: 'plain' | 'secret' | 'address';
  /** What it does, for `.env.example`; one line or several. */
  readonly about: readonly string[];
}

/** A setting that always has a value. */
export const plain = <A>(
  named: string,
  codec: SettingText<A>,
  absent: string,
  ...about: readonly string[]
): Setting<A, string> => ({ name: `POWERBANK_${named}`, codec, absent, kind: 'plain', about });

/** A setting that is `null` when nothing is set. */
export const optional = <A>(
  kind: Setting<A, null>['kind'],
  named: string,
  codec: SettingText<A>,
  ...about: readonly string[]
): Setting<A, null> => ({ name: `POWERBANK_${named}`, codec, absent: null, kind, about });

const isText = (input: unknown): input is string => typeof input === 'string';

/** A whole number within bounds, both inclusive; `what` names it: `a port`, `seconds`. */
export const wholeNumber = (
  what: string,
  minimum: number,
  maximum: number,
): SettingText<number> => {
  const is = (input: unknown): input is number =>
    Number.isSafeInteger(input) && Number(input) >= minimum && Number(input) <= maximum;
  return new SettingText(`${what} ${minimum}–${maximum}`, {
    is,
    parse: (text) => {
      const number = Number(text);
      return /^\d{1,15}$/.test(text) && is(number) ? number : null;
    },
    print: String,
  });
};

export const port = wholeNumber('a port', 0, 65_535);

/** Text that matches the pattern as a whole. */
export const textLike = (expects: string, pattern: RegExp): SettingText<string> =>
  new SettingText(expects, {
    is: isText,
    parse: (text) => (pattern.test(text) ? text : null),
    print: (text) => text,
  });

export const host = textLike('a host name or an address', /^[A-Za-z0-9.:_-]+$/);
export const name = textLike('letters, digits, points and dashes', /^[A-Za-z0-9._-]{1,100}$/);

/** Text of at least so many bytes; blanks at the ends are part of it. */
export const secretOf = (bytesMin: number): SettingText<string> =>
  new SettingText(`at least ${bytesMin} bytes`, {
    is: isText,
    parse: (text) => (Buffer.byteLength(text) >= bytesMin ? text : null),
    print: (text) => text,
  });

/** A URL of one of these schemes. */
export const urlOf = (...schemes: readonly [string, ...string[]]): SettingText<string> =>
  new SettingText(`a URL that begins with ${schemes.map((each) => `${each}://`).join(' or ')}`, {
    is: isText,
    parse: (text) => {
      const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^\s]+$/.exec(text)?.[1];
      return scheme !== undefined && schemes.includes(scheme) ? text : null;
    },
    print: (text) => text,
  });

/** One of some words. */
export const wordOf = <Word extends string>(words: readonly Word[]): SettingText<Word> => {
  const find = (input: unknown): Word | undefined => words.find((word) => word === input);
  return new SettingText(`one of ${words.join(', ')}`, {
    is: (input): input is Word => find(input) !== undefined,
    parse: (text) => find(text) ?? null,
    print: (word) => word,
  });
};

/** A list, separated by commas, of what another codec reads; without repetitions. */
export const listOf = <A>(item: SettingText<A>): SettingText<readonly A[]> =>
  new SettingText(`a list, separated by commas, of: ${item.expects}`, {
    is: (input): input is readonly A[] => Array.isArray(input) && input.every(item.is),
    parse: (text) => {
      const parts = text.split(',').map((part) => part.trim());
      const items = parts.filter((part) => part !== '').map((part) => item.decode(part));
      const fitting = items.flatMap((each) => (each._tag === 'Right' ? [each.right] : []));
      return fitting.length === items.length ? [...new Set(fitting)] : null;
    },
    print: (items) => items.map(item.encode).join(','),
  });
