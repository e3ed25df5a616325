import * as t from 'io-ts';
import type { JsonSchema } from './json-schema.js';

/** What JSON, a query or a path can carry for one value. */
export type Wire = string | number | boolean | undefined;

export interface WireDescription {
  /** What the codec wants, as error answers say it: `must be …`. */
  readonly description: string;
  /** What is accepted, and what is written; they differ where we accept more than we write. */
  readonly input: JsonSchema;
  readonly output: JsonSchema;
}

interface Conversion<A> {
  readonly is: (input: unknown) => input is A;
  /** `null` when the input does not fit. */
  readonly parse: (input: unknown) => A | null;
  readonly write: (value: A) => Wire;
}

/**
 * A codec of the HTTP border: it says by itself what it wants and how it looks on the wire, so that
 * error answers and the OpenAPI document need to know nothing about it.
 */
export class DescribedType<A> extends t.Type<A, Wire, unknown> {
  readonly _tag = 'DescribedType' as const;

  constructor(
    name: string,
    readonly wire: WireDescription,
    { is, parse, write }: Conversion<A>,
  ) {
    super(
      name,
      is,
      (input, context) => {
        const value = parse(input);
        return value === null ? t.failure(input, context) : t.success(value);
      },
      write,
    );
  }
}
