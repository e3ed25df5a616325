import * as t from 'io-ts';
import { CalendarDate } from '../domain/shared/calendar-date.js';
import { NonNegativeInteger, nullable } from '../domain/shared/codecs.js';
import { Instant } from '../domain/shared/instant.js';
import { paisa } from '../domain/shared/money.js';
import { KycStatus, UserStatus } from '../domain/user/index.js';
import { Role } from '../ports/http/access.js';
import { problem } from '../ports/http/answer.js';
import { MoneyText } from '../ports/http/money-text.js';
import { type Route, route } from '../ports/http/route.js';
import type { PersonalData } from '../ports/personal-data.js';
import { users } from '../projections/user.js';
import { openUser, profileIn, type UserRow } from './opened-user.js';
import { rentalStats } from './queries/rental.js';
import { select } from './queries/select.js';
import { type ReadTools, rowOf, upToDate } from './reading.js';

/** Reading what is sealed takes more than the rows. */
export interface PeopleTools extends ReadTools {
  readonly personalData: PersonalData;
}

const tag = 'Users';
const models = ['users'];

const Me = t.strict(
  {
    user_id: t.string,
    roles: t.readonlyArray(Role),
    username: nullable(t.string),
    email: nullable(t.string),
    phone_number: nullable(t.string),
    status: UserStatus,
    profile_complete: t.boolean,
    kyc_status: KycStatus,
    referral_code: nullable(t.string),
    joined_at: Instant,
  },
  'Me',
);

const OwnProfile = t.strict(
  {
    username: nullable(t.string),
    email: nullable(t.string),
    phone_number: nullable(t.string),
    full_name: nullable(t.string),
    date_of_birth: nullable(CalendarDate),
    address: nullable(t.string),
    avatar_url: nullable(t.string),
    profile_complete: t.boolean,
  },
  'OwnProfile',
);

const KycState = t.strict(
  { status: KycStatus, rejection_reason: nullable(t.string), submitted_at: nullable(Instant) },
  'KycState',
);

const UsageStats = t.strict(
  {
    total_rentals: NonNegativeInteger,
    completed_rentals: NonNegativeInteger,
    cancelled_rentals: NonNegativeInteger,
    timely_returns: NonNegativeInteger,
    total_minutes: NonNegativeInteger,
    total_spent: MoneyText,
    total_points_spent: NonNegativeInteger,
    member_since: Instant,
  },
  'UsageStats',
);

export const userRow = (tools: ReadTools, userId: string): Promise<UserRow | null> =>
  rowOf(tools, select('users', users, { where: [['user_id = ?', userId]], orderBy: 'user_id' }));

const whoItIs = ['username', 'email', 'phone'] as const;

const readMe = (tools: PeopleTools): Route =>
  route({
    operation: 'readOwnAccount',
    method: 'GET',
    path: '/api/auth/me',
    summary: 'Who am I',
    tag: 'Sign-in',
    minPosition: true,
    responses: { 200: Me },
    problems: ['user_invalid'],
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const row = await userRow(tools, principal.id);
      if (row === null) return problem('user_invalid');
      const { username, email, phone } = await openUser(tools, row, whoItIs);
      return answer(
        200,
        {
          user_id: row.user_id,
          roles: principal.roles,
          username,
          email,
          phone_number: phone,
          status: row.status,
          profile_complete: row.profile_completed_at !== null,
          kyc_status: row.kyc_status,
          referral_code: row.referral_code,
          joined_at: row.registered_at,
        },
        shown,
      );
    },
  });

const readProfile = (tools: PeopleTools): Route =>
  route({
    operation: 'readOwnProfile',
    method: 'GET',
    path: '/api/users/profile',
    summary: 'Own profile',
    tag,
    minPosition: true,
    responses: { 200: OwnProfile },
    problems: ['user_invalid'],
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const row = await userRow(tools, principal.id);
      if (row === null) return problem('user_invalid');
      const opened = await openUser(tools, row, [...whoItIs, 'profile']);
      const { username, email, phone, profile } = opened;
      const { fullName, dateOfBirth, address, avatarUrl } = profileIn(row.user_id, profile);
      return answer(
        200,
        {
          username,
          email,
          phone_number: phone,
          full_name: fullName,
          date_of_birth: dateOfBirth,
          address,
          avatar_url: avatarUrl,
          profile_complete: row.profile_completed_at !== null,
        },
        shown,
      );
    },
  });

const readKycStatus = (tools: PeopleTools): Route =>
  route({
    operation: 'readKycStatus',
    method: 'GET',
    path: '/api/users/kyc/status',
    summary: 'State of the own identity check',
    tag,
    minPosition: true,
    responses: { 200: KycState },
    problems: ['user_invalid'],
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const row = await userRow(tools, principal.id);
      if (row === null) return problem('user_invalid');
      const rejected = row.kyc_status === 'REJECTED';
      const { kyc_reason: reason } = await openUser(tools, row, ['kyc_reason']);
      return answer(
        200,
        {
          status: row.kyc_status,
          rejection_reason: rejected ? reason : null,
          submitted_at: row.kyc_submitted_at,
        },
        shown,
      );
    },
  });

const readUsageStats = (tools: ReadTools): Route =>
  route({
    operation: 'readUsageStats',
    method: 'GET',
    path: '/api/users/analytics/usage-stats',
    summary: 'Own figures',
    tag,
    minPosition: true,
    responses: { 200: UsageStats },
    problems: ['user_invalid'],
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, [...models, 'rental'], minPosition);
      const row = await userRow(tools, principal.id);
      if (row === null) return problem('user_invalid');
      const stats = await rentalStats(tools.database, principal.id);
      return answer(
        200,
        {
          total_rentals: stats.total,
          completed_rentals: stats.completed,
          cancelled_rentals: stats.cancelled,
          timely_returns: stats.on_time,
          total_minutes: stats.used_minutes,
          total_spent: paisa(stats.spent_minor),
          total_points_spent: stats.points_spent,
          member_since: row.registered_at,
        },
        shown,
      );
    },
  });

export const accountReads = (tools: PeopleTools): readonly Route[] => [
  readMe(tools),
  readProfile(tools),
  readKycStatus(tools),
  readUsageStats(tools),
];
