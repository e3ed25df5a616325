import * as t from 'io-ts';
import { branded } from './brand.js';

/**
 * Where an uploaded picture is kept; pictures themselves never enter the log. Whoever shows it
 * opens it in a browser, often that of staff, so no other scheme gets in: a `javascript:` address
 * is a program.
 */
export const PictureUrl = branded('PictureUrl', /^https:\/\/[^\s<>"]{1,500}$/);
export type PictureUrl = t.TypeOf<typeof PictureUrl>;

const isStored = (input: unknown): input is PictureUrl | null =>
  input === null || PictureUrl.is(input);

/**
 * A picture in what was sealed earlier. Any text was once taken for an address; one that would be
 * refused today reads as `null`, so that nobody is shown it.
 */
export const StoredPicture = new t.Type<PictureUrl | null, string | null, unknown>(
  'StoredPicture',
  isStored,
  (input, context) => {
    if (isStored(input)) return t.success(input);
    return typeof input === 'string' ? t.success(null) : t.failure(input, context);
  },
  t.identity,
);
