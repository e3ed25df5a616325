/**
 * What people sign in with: an e-mail address or a Nepali mobile number (AUTH-1).
 *
 * Accounts, codes and limits hang on an identifier, so whatever means the same must become the same
 * text, and nothing that merely looks the same may pass. Only ASCII gets in: a Cyrillic `а`, a
 * full-width digit or an invisible character cannot be told apart by whoever reads them.
 */

import { type Brand, branded } from './brand.js';

/** In E.164, as `+9779841234567`. */
export const PhoneNumber = branded('PhoneNumber', /^\+9779[78][0-9]{8}$/);
export type PhoneNumber = Brand<'PhoneNumber'>;

/**
 * In lower case, without quotes, comments, address literals or the old routing signs `%` and `!`.
 * Nobody has such an address, and each of them is a way into somebody else's mail server.
 */
export const EmailAddress = branded(
  'EmailAddress',
  new RegExp(
    [
      // RFC 5321: a path of at most 254 octets, of them at most 64 before the sign.
      '^(?=.{6,254}$)(?=.{1,64}@)',
      "[a-z0-9_][a-z0-9_'&+=~-]*(?:\\.[a-z0-9_'&+=~-]+)*",
      '@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+',
      '(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$',
    ].join(''),
  ),
);
export type EmailAddress = Brand<'EmailAddress'>;

export type Identifier =
  | { readonly kind: 'phone'; readonly value: PhoneNumber }
  | { readonly kind: 'email'; readonly value: EmailAddress };

/** Longer texts are not even looked at; blanks and separators around the rest are generous. */
const textLengthMax = 300;

/** 10 digits that begin with 97 or 98, or the same after 977 or +977. */
const dialled = /^(?:\+?977)?(9[78][0-9]{8})$/;
/** People write numbers in groups: one blank or dash between two digits. */
const groupSeparator = /(?<=[0-9])[ -](?=[0-9])/g;
const printableAscii = /^[\x21-\x7e]+$/;

const trimmed = (text: string): string => (text.length > textLengthMax ? '' : text.trim());

/** @returns `null` for whatever is not the mobile number of somebody in Nepal. */
export const readPhoneNumber = (text: string): PhoneNumber | null => {
  const national = dialled.exec(trimmed(text).replaceAll(groupSeparator, ''))?.[1];
  const number = `+977${national}`;
  return PhoneNumber.is(number) ? number : null;
};

/**
 * Case is all that is levelled. What follows a `+` and points before the sign mean the same mailbox
 * at some providers and another person's at others, so they count.
 *
 * @returns `null` for whatever is not an address.
 */
export const readEmailAddress = (text: string): EmailAddress | null => {
  const address = trimmed(text);
  // ASCII comes first: the Kelvin sign is not a `k`, but its lower case is.
  if (!printableAscii.test(address)) return null;
  const lowerCase = address.toLowerCase();
  return EmailAddress.is(lowerCase) ? lowerCase : null;
};

/** @returns `null` for whatever is neither of the two; it says nothing about accounts. */
export const readIdentifier = (text: string): Identifier | null => {
  if (text.includes('@')) {
    const address = readEmailAddress(text);
    return address === null ? null : { kind: 'email', value: address };
  }
  const number = readPhoneNumber(text);
  return number === null ? null : { kind: 'phone', value: number };
};
