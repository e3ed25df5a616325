/** What somebody wrote about somebody, in their own words: personal data of the latter. */

import { Sealed } from '../domain/shared/sealed.js';
import type { PersonalData, Subject } from './personal-data.js';

/** About whom, and on which occasion. */
export interface WordsPlace {
  readonly subject: Subject;
  readonly field: string;
}

export const sealWords = (
  personalData: Pick<PersonalData, 'seal'>,
  { subject, field }: WordsPlace,
  words: string,
): Promise<Sealed> => personalData.seal(subject, field, words);

/**
 * The words as they stand in an event or a row. The program's own words are not sealed, nor are
 * those of the first events. `null`: there were none, or they can be opened no more.
 */
export const openWords = async (
  personalData: Pick<PersonalData, 'open'>,
  { subject, field }: WordsPlace,
  stored: string | null,
): Promise<string | null> =>
  Sealed.is(stored) ? personalData.open(subject, field, stored) : stored;
