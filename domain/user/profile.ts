import * as t from 'io-ts';
import { CalendarDate } from '../shared/calendar-date.js';
import { nullable, text } from '../shared/codecs.js';
import { StoredPicture } from '../shared/picture.js';

/** Terms of use ask for this age (PROF-1). */
export const ageYearsMin = 18;
/** Nobody is older; such a date is a slip of the finger. */
const ageYearsMax = 120;

export const FullName = text('FullName', { minLength: 2, maxLength: 150 });
export const Address = text('Address', { minLength: 1, maxLength: 300 });

/** What a user tells of himself; `null` is what he has not told. Sealed before it is stored. */
export const Profile = t.strict(
  {
    fullName: nullable(FullName),
    dateOfBirth: nullable(CalendarDate),
    address: nullable(Address),
    avatarUrl: StoredPicture,
  },
  'Profile',
);
export type Profile = t.TypeOf<typeof Profile>;

export const emptyProfile: Profile = {
  fullName: null,
  dateOfBirth: null,
  address: null,
  avatarUrl: null,
};

/** PROF-1: the three that make a profile complete. */
export const isComplete = ({ fullName, dateOfBirth, address }: Profile): boolean =>
  fullName !== null && dateOfBirth !== null && address !== null;

/** Full years on a day; both days are of the calendar of the network. */
export const ageYearsOn = (dateOfBirth: string, today: string): number => {
  const years = Number(today.slice(0, 4)) - Number(dateOfBirth.slice(0, 4));
  // The day of the year, as text: `02-29` is over on `03-01`.
  return today.slice(5) >= dateOfBirth.slice(5) ? years : years - 1;
};

/** Whether somebody born then may have an account today. */
export const isOfAge = (dateOfBirth: string, today: string): boolean => {
  const age = ageYearsOn(dateOfBirth, today);
  return age >= ageYearsMin && age <= ageYearsMax;
};
