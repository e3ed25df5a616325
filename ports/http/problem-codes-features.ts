import type { ProblemCodeRow } from './problem-codes.js';

/** Refusal words that the rules imply without listing them in 3.24, by feature. */
export const featureCodes = {
  username_taken: [409, 'The user name is taken'],
  identifier_taken: [409, 'Another account has this e-mail address or phone number'],
  device_not_found: [404, 'This device is not registered for you'],
  verification_required: [400, 'A verification token for the new address or number is needed'],
  under_age: [403, 'Accounts are for adults'],
  kyc_change_not_allowed: [409, 'The identity check is not in a state that allows this'],
  balance_not_empty: [409, 'There is money in the wallet: withdraw it, or waive it'],
  payment_under_way: [409, 'A payment is under way'],
  receiver_unreachable: [400, 'Messages to this receiver are refused'],
  channel_unavailable: [503, 'Messages of this kind cannot be sent here'],
  message_not_sent: [503, 'The message could not be sent'],

  active_rental_exists: [409, 'Another rental is still open'],
  package_required: [400, 'A package must be named'],
  package_not_found: [404, 'There is no such package on offer'],
  rental_popup_failed: [409, 'The cabinet did not release a power bank'],
  extension_not_supported: [409, 'Only prepaid rentals and packages can be extended'],
  payment_in_progress: [409, 'Another payment for the same thing is under way'],
  cancellation_in_progress: [409, 'The rental is being cancelled'],
  insufficient_balance_for_cancellation: [402, 'The wallet cannot pay the cancellation fee'],
  swap_in_progress: [409, 'A swap is under way'],

  already_registered: [409, 'A station with this serial is registered with other facts'],
  imei_taken: [409, 'Another station has this IMEI'],
  slots_still_occupied: [409, 'Slots that would be cut off hold power banks'],
  power_bank_not_in_station: [409, 'The power bank is not in this station'],
  power_bank_is_reserved: [409, 'The power bank is kept for a rental'],
  eject_under_way: [409, 'An ejection of this power bank is under way'],
  eject_failed: [409, 'The power bank did not come out'],
  cabinet_order_failed: [409, 'The cabinet did not carry the order out'],

  late_fee_config_not_found: [404, 'There is no such late-fee configuration'],
  late_fee_config_active: [409, 'An active late-fee configuration cannot be deleted'],
  late_fee_config_overlaps: [409, 'Another active configuration applies to the same packages'],
  discount_not_found: [404, 'There is no such discount'],
  discount_exists: [409, 'This station and package have a discount already'],
  discount_over: [409, 'The time or the uses of the discount are over'],
  window_not_allowed: [400, 'A window of time must end after it begins'],
} satisfies Record<string, ProblemCodeRow>;
