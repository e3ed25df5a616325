import type { IndexValue } from '../../domain/shared/index-value.js';
import { users } from '../../projections/user.js';
import { type After, after } from './rental.js';
import { type Condition, select, when } from './select.js';

export const userWithId = (userId: string) =>
  select('users', users, { where: [['user_id = ?', userId]], orderBy: 'user_id' });

/** Everything that one text may mean; people are found by blind indexes, so only exactly. */
export interface UserSearch {
  readonly text: string;
  readonly identifierIndex: IndexValue | null;
  readonly usernameIndex: IndexValue | null;
}

const found = (search: UserSearch | undefined): Condition =>
  search === undefined
    ? null
    : [
        '(user_id = ? OR referral_code = ? OR email_index = ? OR phone_index = ? ' +
          'OR username_index = ?)',
        search.text,
        search.text,
        search.identifierIndex,
        search.identifierIndex,
        search.usernameIndex,
      ];

interface Page {
  readonly limit: number;
  readonly after: After | undefined;
}

/** Users, the newest first. */
export const usersWhere = (
  filter: {
    readonly status?: string | undefined;
    readonly kycStatus?: string | undefined;
    readonly search?: UserSearch | undefined;
  },
  page: Page,
) =>
  select('users', users, {
    where: [
      when('status = ?', filter.status),
      when('kyc_status = ?', filter.kycStatus),
      found(filter.search),
      after(page.after, { at: 'registered_at', id: 'user_id' }),
    ],
    orderBy: 'registered_at DESC, user_id',
    limit: page.limit,
  });

/** Users who ever submitted documents, the latest submission first. */
export const submissionsWhere = (filter: { readonly kycStatus?: string | undefined }, page: Page) =>
  select('users', users, {
    where: [
      ['kyc_submitted_at IS NOT NULL'],
      when('kyc_status = ?', filter.kycStatus),
      after(page.after, { at: 'kyc_submitted_at', id: 'user_id' }),
    ],
    orderBy: 'kyc_submitted_at DESC, user_id',
    limit: page.limit,
  });
