import * as t from 'io-ts';

/** A `bytea` column. */
export const BytesColumn = new t.Type<Buffer, Buffer, unknown>(
  'BytesColumn',
  (input): input is Buffer => Buffer.isBuffer(input),
  (input, context) => (Buffer.isBuffer(input) ? t.success(input) : t.failure(input, context)),
  t.identity,
);
