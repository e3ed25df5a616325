/**
 * Who may call what: the one table (P-116).
 *
 * A row names an operation and the roles that may call it. `route.ts` looks the row up when a
 * route is made, so an operation without a row does not compile, and throws at start-up when the
 * compiler was evaded. "Own data only" is not a matter of roles: handlers read the caller's id from
 * the principal and never from the request.
 */

import type * as t from 'io-ts';
import { oneOf } from '../../domain/shared/codecs.js';

/** What a token can say that its holder is. A person may have several. */
export const Role = oneOf('Role', [
  'user',
  'moderator',
  'admin',
  'super_admin',
  'franchise',
  'vendor',
  'cabinet',
  'auditor',
  'analyst',
]);
export type Role = t.TypeOf<typeof Role>;

export interface PublicAccess {
  readonly kind: 'public';
}

export interface RoleAccess {
  readonly kind: 'roles';
  readonly roles: readonly [Role, ...Role[]];
  /**
   * `admitted`: a token does that is good but for its session having ended. For signing out, which
   * may be repeated because the answer was lost (AUTH-6).
   */
  readonly endedSessions?: 'admitted';
}

export type Access = PublicAccess | RoleAccess;

const only = (...roles: [Role, ...Role[]]): RoleAccess => ({ kind: 'roles', roles });

/** The callers of the endpoint inventory (rules 5): the letters there are the names here. */
export const everyone: PublicAccess = { kind: 'public' }; // P
export const users = only('user'); // U
/** Staff whatever they may do: what concerns nobody but themselves. */
export const allStaff = only('moderator', 'admin', 'super_admin', 'auditor', 'analyst');
export const anyStaff = only('moderator', 'admin', 'super_admin'); // A3
export const administrators = only('admin', 'super_admin'); // A2
export const superAdmins = only('super_admin'); // A1
export const partners = only('franchise', 'vendor'); // D
export const franchises = only('franchise'); // F
export const vendors = only('vendor'); // V
// I
export const staffAndPartners = only('moderator', 'admin', 'super_admin', 'franchise', 'vendor');
export const cabinets = only('cabinet'); // S
/** Readers of the ledger: they see everything and change nothing. */
export const auditors = only('auditor', 'admin', 'super_admin');
export const auditorsAndStaff = only('auditor', 'moderator', 'admin', 'super_admin');
export const auditorsAndAnalysts = only('auditor', 'analyst', 'admin', 'super_admin');
export const analysts = only('analyst', 'moderator', 'admin', 'super_admin');

export type AccessTable = Readonly<Record<string, Access>>;

export const accessTable = {
  readHealth: everyone,
  readLiveness: everyone,
  readReadiness: everyone,

  requestSignInCode: everyone,
  verifySignInCode: everyone,
  completeSignIn: everyone,
  refreshSession: everyone,
  registerDevice: users,
  enableBiometric: users,
  disableBiometric: users,
  readBiometricStatus: users,
  signInByBiometric: everyone,
  beginGoogleSignIn: everyone,
  beginAppleSignIn: everyone,
  receiveGoogleAnswer: everyone,
  receiveAppleAnswer: everyone,
  takeSocialSignIn: everyone,
  tellSocialError: everyone,
  issueSocialNonce: everyone,
  signInByGoogleToken: everyone,
  signInByAppleToken: everyone,
  // AUTH-6: also of a session that is over, or a lost answer could not be asked for again.
  logout: { ...users, endedSessions: 'admitted' },
  readOwnAccount: users,
  deleteOwnAccount: users,
  readOwnProfile: users,
  replaceOwnProfile: users,
  changeOwnProfile: users,
  submitKyc: users,
  resubmitKyc: users,
  readKycStatus: users,
  readUsageStats: users,

  signInStaff: everyone,
  refreshStaffSession: everyone,
  logoutStaff: { ...allStaff, endedSessions: 'admitted' },
  readOwnStaffProfile: allStaff,
  changeOwnStaffPassword: allStaff,
  redeemSetUpLink: everyone,

  signInPartner: everyone,
  refreshPartnerSession: everyone,
  logoutPartner: { ...partners, endedSessions: 'admitted' },
  readOwnPartnerProfile: partners,
  changeOwnPartnerPassword: partners,

  // Who is of the staff, what is configured and who did what: super admins only (rules 3.24).
  listStaff: superAdmins,
  readStaff: superAdmins,
  addStaff: superAdmins,
  changeStaff: superAdmins,
  removeStaff: superAdmins,
  listSettings: superAdmins,
  listSettingHistory: superAdmins,
  addSetting: superAdmins,
  changeSetting: superAdmins,
  removeSetting: superAdmins,
  listActions: superAdmins,
  readPublicSettings: everyone,

  // Moderators read users and their identity checks; money is for super admins (rules 3.24).
  listUsers: anyStaff,
  readUser: anyStaff,
  changeUserStatus: administrators,
  addBalance: superAdmins,
  listKycSubmissions: anyStaff,
  decideKyc: administrators,
  broadcastMessage: anyStaff,
  listBroadcasts: anyStaff,
  readBroadcast: anyStaff,

  startRental: users,
  cancelRental: users,
  extendRental: users,
  swapPowerBank: users,
  payDue: users,
  reportRentalIssue: users,
  reportRentalLocation: users,
  forceCompleteRental: administrators,

  registerStation: administrators,
  changeStation: administrators,
  setStationMaintenance: administrators,
  toggleFavouriteStation: users,

  // Moderators read (rules 3.24); partners come in with their stations (BR13).
  ejectPowerBank: administrators,
  rebootCabinet: administrators,
  checkCabinet: anyStaff,
  scanCabinetWifi: anyStaff,
  connectCabinetWifi: administrators,
  setCabinetVolume: administrators,
  setCabinetMode: administrators,

  // Prices and fees are the business of super admins; admins may see them (rules 3.24).
  createRentalPackage: superAdmins,
  changeRentalPackage: superAdmins,
  deactivateRentalPackage: superAdmins,
  createLateFeeConfig: superAdmins,
  changeLateFeeConfig: superAdmins,
  deleteLateFeeConfig: superAdmins,
  activateLateFeeConfig: superAdmins,
  deactivateLateFeeConfig: superAdmins,
  testLateFee: administrators,
  offerDiscount: superAdmins,
  changeDiscount: superAdmins,
  deactivateDiscount: superAdmins,

  calculatePaymentOptions: users,

  readActiveRental: users,
  readRentalHistory: users,
  readRentalStats: users,
  listOwnIssueReports: users,
  listRentalPackages: everyone,
  listPaymentPackages: everyone,
  listStations: everyone,
  listNearbyStations: everyone,
  readStation: everyone,
  listFavouriteStations: users,
  listTransactions: users,
  readWalletBalance: users,
  readOwnWallet: users,
  listPointsHistory: users,
  readPointsSummary: users,

  listStationsForStaff: anyStaff,
  readStationForStaff: anyStaff,
  listPowerBanks: anyStaff,
  listRentalsForStaff: anyStaff,
  readRentalForStaff: anyStaff,
  listPackagesForStaff: administrators,
  readPackageForStaff: administrators,
  listLateFeeConfigs: administrators,
  readLateFeeConfig: administrators,
  listActiveLateFeeConfigs: administrators,
  listDiscounts: administrators,

  // Codes of accounts name users and rentals; a trial balance names nobody, so analysts read it.
  listLedgerAccounts: auditors,
  exportLedgerAccounts: auditors,
  readLedgerStatement: auditors,
  exportLedgerStatement: auditors,
  listLedgerPostings: auditors,
  exportLedgerPostings: auditors,
  listDailyBalances: auditors,
  exportDailyBalances: auditors,
  readTrialBalance: auditorsAndAnalysts,
  exportTrialBalance: auditorsAndAnalysts,

  readWalletAt: auditorsAndStaff,
  readPointsAt: auditorsAndStaff,
  readRentalAt: auditorsAndStaff,
  readStationAt: auditorsAndStaff,
} satisfies AccessTable;
