import * as t from 'io-ts';
import type { JsonSchema } from './openapi/json-schema.js';

/**
 * A codec of the HTTP border that says by itself what it wants (for error answers) and how it looks
 * on the wire (for the OpenAPI document). Input and output differ where we accept more than we
 * write: money comes as text or number and goes out as text.
 */
export class DescribedType<A> extends t.Type<A, string | number | boolean | undefined, unknown> {
  readonly _tag = 'DescribedType' as const;

  constructor(
    name: string,
    readonly description: string,
    readonly schemas: { readonly input: JsonSchema; readonly output: JsonSchema },
    codec: {
      readonly is: (input: unknown) => input is A;
      /** `null` when the input does not fit. */
      readonly parse: (input: unknown) => A | null;
      readonly write: (value: A) => string | number | boolean | undefined;
    },
  ) {
    super(
      name,
      codec.is,
      (input, context) => {
        const value = codec.parse(input);
        return value === null ? t.failure(input, context) : t.success(value);
      },
      codec.write,
    );
  }
}
