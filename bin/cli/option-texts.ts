/** Texts that several commands take as options. */

import { InvalidArgumentError } from 'commander';
import { type EmailAddress, readEmailAddress } from '../../domain/shared/identifier.js';

const wordsLengthMax = 500;

export const emailAddress = (text: string): EmailAddress => {
  const address = readEmailAddress(text);
  if (address !== null) return address;
  throw new InvalidArgumentError('It must be an e-mail address.');
};

/** Why something is done, in an operator's own words. */
export const words = (text: string): string => {
  if (text.trim() !== '' && text.length <= wordsLengthMax) return text;
  throw new InvalidArgumentError(`It must be a text of 1 to ${wordsLengthMax} characters.`);
};
