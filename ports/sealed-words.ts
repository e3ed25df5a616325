/** What somebody wrote in their own words: personal data of whom it is about. */

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

/** The same of words that may be left out. */
export const sealWordsIfAny = async (
  personalData: Pick<PersonalData, 'seal'>,
  place: WordsPlace,
  words: string | null,
): Promise<Sealed | null> => (words === null ? null : sealWords(personalData, place, words));

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

export interface PlacedWords extends WordsPlace {
  readonly stored: string | null;
}

/** The same of many, in their order, with one look at the keys. */
export const openAllWords = async (
  personalData: Pick<PersonalData, 'openMany'>,
  all: readonly PlacedWords[],
): Promise<readonly (string | null)[]> => {
  const opened = await personalData.openMany(
    all.flatMap(({ subject, field, stored }) =>
      Sealed.is(stored) ? [{ subject, field, sealed: stored }] : [],
    ),
  );
  const texts = opened.values();
  return all.map(({ stored }) => (Sealed.is(stored) ? (texts.next().value ?? null) : stored));
};
