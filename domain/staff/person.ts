import * as t from 'io-ts';
import { text } from '../shared/codecs.js';
import { EmailAddress } from '../shared/identifier.js';

/** Who somebody of the staff is; sealed before it is stored. */
export const StaffPerson = t.strict(
  { name: text('StaffName', { minLength: 2, maxLength: 150 }), email: EmailAddress },
  'StaffPerson',
);
export type StaffPerson = t.TypeOf<typeof StaffPerson>;
