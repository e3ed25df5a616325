import { row } from '../row.js';
import { amount, hours, points, pointsPerRupee } from '../values.js';

/** What points are worth and what earns them (PAY-1, rules 3.14). */
export const pointsSettings = {
  pointsPerNpr: row({
    key: 'POINTS_PER_NPR',
    value: pointsPerRupee(),
    initial: '10',
    isPublic: true,
    description: 'How many points pay for one rupee (PAY-1).',
  }),
  signupPoints: row({
    key: 'POINTS_SIGNUP',
    value: points(),
    initial: '50',
    description: 'Earned once for registering, by OTP or by Google or Apple.',
  }),
  profilePoints: row({
    key: 'POINTS_PROFILE',
    value: points(),
    initial: '20',
    description: 'Earned once for completing the profile (PROF-1).',
  }),
  kycPoints: row({
    key: 'POINTS_KYC',
    value: points(),
    initial: '30',
    description: 'Earned once, at the first KYC approval (KYC-1).',
  }),
  topUpPoints: row({
    key: 'POINTS_TOPUP',
    value: points(),
    initial: '10',
    isPublic: true,
    description: 'Earned for each full POINTS_TOPUP_PER_NPR of a top-up (TOP-4, P-077).',
  }),
  topUpPointsStep: row({
    key: 'POINTS_TOPUP_PER_NPR',
    value: amount({ minimum: 1, maximum: 100_000 }),
    initial: '100',
    isPublic: true,
    description: 'Amount of a top-up for which POINTS_TOPUP is earned (TOP-4, P-077).',
  }),
  completionPoints: row({
    key: 'POINTS_RENTAL_COMPLETE',
    value: points(),
    initial: '5',
    isPublic: true,
    description: 'Earned for each completed, returned rental (RET-5).',
  }),
  timelyReturnPoints: row({
    key: 'POINTS_TIMELY_RETURN',
    value: points(),
    initial: '50',
    isPublic: true,
    description: 'Earned for each return on time (RET-5, P-014).',
  }),
  timelyReturnHours: row({
    key: 'POINTS_TIMELY_RETURN_HOURS',
    value: hours(0, 8_760),
    initial: '24',
    description: 'Unused: on time is decided by the due time alone.',
  }),
  referralInviterPoints: row({
    key: 'POINTS_REFERRAL_INVITER',
    value: points(),
    initial: '100',
    isPublic: true,
    description: 'Earned by the inviter when a referral is completed (REF-2).',
  }),
  referralInviteePoints: row({
    key: 'POINTS_REFERRAL_INVITEE',
    value: points(),
    initial: '50',
    isPublic: true,
    description: 'Earned by the invitee when a referral is completed (REF-2).',
  }),
  referralBonusPoints: row({
    key: 'REFERRAL_BONUS_POINTS',
    value: points(),
    initial: '100',
    description: 'Earlier name of the inviter’s points; shown, but without effect.',
  }),
} as const;
