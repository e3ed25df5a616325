/** Personal data of several fields, sealed as one text. */

import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import type { Sealed } from '../domain/shared/sealed.js';
import { type PersonalData, PersonalDataDamaged, type Subject } from './personal-data.js';

/** Whose data, and what of it. */
export interface SealedPlace<A> {
  readonly subject: Subject;
  readonly field: string;
  readonly codec: t.Type<A, unknown, unknown>;
}

export const sealJson = <A>(
  personalData: Pick<PersonalData, 'seal'>,
  { subject, field, codec }: SealedPlace<A>,
  value: A,
): Promise<Sealed> => personalData.seal(subject, field, JSON.stringify(codec.encode(value)));

/**
 * Reads an opened text back.
 *
 * @throws PersonalDataDamaged when it is not what was sealed there: we wrote it ourselves.
 */
export const readSealedJson = <A>({ subject, field, codec }: SealedPlace<A>, text: string): A => {
  const parsed = E.tryCatch((): unknown => JSON.parse(text), String);
  const decoded = E.isRight(parsed) ? codec.decode(parsed.right) : parsed;
  if (E.isRight(decoded)) return decoded.right;
  throw new PersonalDataDamaged(`${field} of ${subject} is not what it should be`);
};

/** The value, or `null` once the subject's key is destroyed. */
export const openJson = async <A>(
  personalData: Pick<PersonalData, 'open'>,
  place: SealedPlace<A>,
  sealed: Sealed,
): Promise<A | null> => {
  const text = await personalData.open(place.subject, place.field, sealed);
  return text === null ? null : readSealedJson(place, text);
};
