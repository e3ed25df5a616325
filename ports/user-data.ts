/** Which personal data of a user is sealed, under which word, in which form. */

import { IssueWords } from '../domain/shared/issue.js';
import { KycDocuments, Profile } from '../domain/user/index.js';
import type { SealedPlace } from './sealed-json.js';
import type { WordsPlace } from './sealed-words.js';

/** A sealed text opens under the word only that it was sealed with, so these never change. */
export const userFields = {
  email: 'email',
  phone: 'phone',
  username: 'username',
  profile: 'profile',
  kycDocuments: 'kyc-documents',
  statusReason: 'status-reason',
  kycReason: 'kyc-reason',
  walletReason: 'wallet-reason',
  pointsReason: 'points-reason',
  issueWords: 'issue-words',
  cancelReason: 'cancel-reason',
  swapDescription: 'swap-description',
  rentalNote: 'rental-note',
} as const;

export const profilePlace = (userId: string): SealedPlace<Profile> => ({
  subject: `user:${userId}`,
  field: userFields.profile,
  codec: Profile,
});

export const kycPlace = (userId: string): SealedPlace<KycDocuments> => ({
  subject: `user:${userId}`,
  field: userFields.kycDocuments,
  codec: KycDocuments,
});

export const issueWordsPlace = (userId: string): SealedPlace<IssueWords> => ({
  subject: `user:${userId}`,
  field: userFields.issueWords,
  codec: IssueWords,
});

/** What staff wrote about the user when they decided something. */
export const userReasonPlace = (
  userId: string,
  about: 'statusReason' | 'kycReason' | 'walletReason' | 'pointsReason',
): WordsPlace => ({ subject: `user:${userId}`, field: userFields[about] });

/** What the renter wrote about a rental, or staff did when they ended it. */
export const rentalWordsPlace = (
  userId: string,
  about: 'cancelReason' | 'swapDescription' | 'rentalNote',
): WordsPlace => ({ subject: `user:${userId}`, field: userFields[about] });
