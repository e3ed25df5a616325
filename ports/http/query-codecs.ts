/** Codecs of what a query or a path carries: there everything is text. */

import type { IntegerBounds } from '../../domain/shared/codecs.js';
import { parseDecimal } from '../../domain/shared/ratio.js';
import { DescribedType } from './described-type.js';
import type { JsonSchema } from './json-schema.js';

const integerPattern = /^-?\d{1,16}$/;

/** A whole number in text, `?page_size=20`. */
export const queryInteger = (name: string, bounds: IntegerBounds): DescribedType<number> => {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = bounds;
  const is = (input: unknown): input is number =>
    Number.isSafeInteger(input) && Number(input) >= minimum && Number(input) <= maximum;
  const schema: JsonSchema = { type: 'integer', minimum, maximum };
  const description = `a whole number from ${minimum} to ${maximum}`;
  return new DescribedType<number>(
    name,
    { description, input: schema, output: schema },
    {
      is,
      parse: (input) => {
        if (typeof input !== 'string' || !integerPattern.test(input)) return null;
        const number = Number(input);
        return is(number) ? number : null;
      },
      write: String,
    },
  );
};

/** A decimal number in text, `?lat=27.7172`. Never for money. */
export const queryDecimal = (
  name: string,
  { minimum, maximum }: Required<IntegerBounds>,
): DescribedType<number> => {
  const is = (input: unknown): input is number =>
    typeof input === 'number' && input >= minimum && input <= maximum;
  const schema: JsonSchema = { type: 'number', minimum, maximum };
  return new DescribedType<number>(
    name,
    {
      description: `a decimal number from ${minimum} to ${maximum}`,
      input: schema,
      output: schema,
    },
    {
      is,
      parse: (input) => {
        if (typeof input !== 'string' || parseDecimal(input.replace(/^-/, '')) === null)
          return null;
        const number = Number(input);
        return is(number) ? number : null;
      },
      write: String,
    },
  );
};

const booleanSchema: JsonSchema = { type: 'boolean' };

/** `?unread=true`: the words `true` and `false`, nothing that merely looks like them. */
export const QueryBoolean = new DescribedType<boolean>(
  'QueryBoolean',
  { description: 'true or false', input: booleanSchema, output: booleanSchema },
  {
    is: (input): input is boolean => typeof input === 'boolean',
    parse: (input) => (input === 'true' ? true : input === 'false' ? false : null),
    write: String,
  },
);
