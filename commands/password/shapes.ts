import * as t from 'io-ts';
import { text } from '../../domain/shared/codecs.js';
import { EmailAddress, readEmailAddress } from '../../domain/shared/identifier.js';
import { DescribedType } from '../../ports/http/described-type.js';
import type { JsonSchema } from '../../ports/http/json-schema.js';

const emailSchema: JsonSchema = {
  type: 'string',
  maxLength: 300,
  description: 'An e-mail address, in upper or lower case.',
  examples: ['hari@example.com'],
};

/** Normalised where it comes in, as identifiers are (AUTH-1). */
export const EmailText = new DescribedType<EmailAddress>(
  'EmailText',
  { description: 'an e-mail address', input: emailSchema, output: emailSchema },
  {
    is: EmailAddress.is,
    parse: (input) => (typeof input === 'string' ? readEmailAddress(input) : null),
    write: (address) => address,
  },
);

const passwordLengthMax = 128;

/** A password that somebody chooses (AUTH-12). */
export const NewPassword = text('NewPassword', { minLength: 8, maxLength: passwordLengthMax });
/** One that somebody says is theirs. */
const Password = text('Password', { minLength: 1, maxLength: passwordLengthMax });

export const LoginBody = t.strict({ email: EmailText, password: Password }, 'PasswordSignIn');

export const PasswordChangeBody = t.strict(
  { current_password: Password, new_password: NewPassword, confirm_password: t.string },
  'PasswordChange',
);
