/** Which personal data of staff and partners is sealed, under which word, in which form. */

import { PartnerPerson } from '../domain/partner/index.js';
import { StaffPerson } from '../domain/staff/index.js';
import type { SealedPlace } from './sealed-json.js';
import type { WordsPlace } from './sealed-words.js';

/** A sealed text opens under the word only that it was sealed with, so these never change. */
const personField = 'person';
const reasonField = 'reason';

export const staffPersonPlace = (staffId: string): SealedPlace<StaffPerson> => ({
  subject: `staff:${staffId}`,
  field: personField,
  codec: StaffPerson,
});

/** Why somebody of the staff was kept out. */
export const staffReasonPlace = (staffId: string): WordsPlace => ({
  subject: `staff:${staffId}`,
  field: reasonField,
});

export const partnerPersonPlace = (userId: string): SealedPlace<PartnerPerson> => ({
  subject: `partner:${userId}`,
  field: personField,
  codec: PartnerPerson,
});

export const partnerReasonPlace = (userId: string): WordsPlace => ({
  subject: `partner:${userId}`,
  field: reasonField,
});
