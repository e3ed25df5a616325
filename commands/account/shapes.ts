/** What requests and answers about accounts look like. */

import * as t from 'io-ts';
import { branded } from '../../domain/shared/brand.js';
import { nullable, oneOf, PositiveInteger, text } from '../../domain/shared/codecs.js';
import { type Identifier, readIdentifier } from '../../domain/shared/identifier.js';
import { ReferralCode, UserId } from '../../domain/shared/ids.js';
import { Instant } from '../../domain/shared/instant.js';
import { DescribedType } from '../../ports/http/described-type.js';
import type { JsonSchema } from '../../ports/http/json-schema.js';

const identifierLengthMax = 300;
const identifierSchema: JsonSchema = {
  type: 'string',
  maxLength: identifierLengthMax,
  description: 'An e-mail address, or a Nepali mobile number with or without +977.',
  examples: ['9841234567', 'sita@example.com'],
};

const isIdentifier = (input: unknown): input is Identifier =>
  typeof input === 'object' &&
  input !== null &&
  'value' in input &&
  typeof input.value === 'string' &&
  readIdentifier(input.value)?.value === input.value;

/** AUTH-1: normalised where it comes in, so that all that follows means the same one. */
export const IdentifierText = new DescribedType<Identifier>(
  'Identifier',
  {
    description: 'an e-mail address or a Nepali mobile number',
    input: identifierSchema,
    output: identifierSchema,
  },
  {
    is: isIdentifier,
    parse: (input) => (typeof input === 'string' ? readIdentifier(input) : null),
    write: ({ value }) => value,
  },
);

/** Anything that may be a secret of ours; what it is worth is found out elsewhere. */
export const SecretText = text('SecretText', { minLength: 1, maxLength: 512 });

/** How an app calls the device that it runs on, such as a UUID that it made when installed. */
export const DeviceId = branded('DeviceId', /^[\x21-\x7e]{1,200}$/);

export const Flow = oneOf('SignInFlow', ['LOGIN', 'REGISTER']);
export type Flow = t.TypeOf<typeof Flow>;

/** What became of the referral code of a registration (P-099). */
const Referral = t.strict(
  {
    accepted: t.boolean,
    code: nullable(oneOf('ReferralRefusal', ['invalid_referral_code', 'referral_not_pending'])),
  },
  'Referral',
);

export const SignedIn = t.strict(
  {
    flow: Flow,
    user_id: UserId,
    access_token: t.string,
    token_type: t.literal('Bearer'),
    expires_in: PositiveInteger,
    refresh_token: t.string,
    refresh_expires_at: Instant,
    referral_code: nullable(ReferralCode),
    referral: nullable(Referral),
  },
  'SignedIn',
);
export type SignedIn = t.TypeOf<typeof SignedIn>;

export const TokenPair = t.strict(
  {
    access_token: t.string,
    token_type: t.literal('Bearer'),
    expires_in: PositiveInteger,
    refresh_token: t.string,
    refresh_expires_at: Instant,
  },
  'TokenPair',
);
export type TokenPair = t.TypeOf<typeof TokenPair>;
