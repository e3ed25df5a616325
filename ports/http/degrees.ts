import { DescribedType } from './described-type.js';
import type { JsonSchema } from './json-schema.js';

const microdegreesPerDegree = 1_000_000;

/**
 * A position in JSON: decimal degrees outside, whole microdegrees (about 11 cm) inside, because
 * positions are compared and stored, and floats drift.
 */
const degrees = (name: string, limit: number): DescribedType<number> => {
  const is = (input: unknown): input is number =>
    Number.isSafeInteger(input) && Math.abs(Number(input)) <= limit * microdegreesPerDegree;
  const schema: JsonSchema = { type: 'number', minimum: -limit, maximum: limit };
  const description = `decimal degrees from -${limit} to ${limit}`;
  return new DescribedType<number>(
    name,
    { description, input: schema, output: schema },
    {
      is,
      parse: (input) => {
        if (typeof input !== 'number' || !Number.isFinite(input)) return null;
        const microdegrees = Math.round(input * microdegreesPerDegree);
        return is(microdegrees) ? microdegrees : null;
      },
      write: (microdegrees) => microdegrees / microdegreesPerDegree,
    },
  );
};

export const LatitudeDegrees = degrees('LatitudeDegrees', 90);
export const LongitudeDegrees = degrees('LongitudeDegrees', 180);
