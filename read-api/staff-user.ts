/** Users and their identity checks as staff see them (rules 5.16). */

import * as t from 'io-ts';
import { CalendarDate } from '../domain/shared/calendar-date.js';
import { nullable, text } from '../domain/shared/codecs.js';
import { readIdentifier } from '../domain/shared/identifier.js';
import { UserId } from '../domain/shared/ids.js';
import { Instant } from '../domain/shared/instant.js';
import { paisa } from '../domain/shared/money.js';
import { KycStatus, RegisteredBy, UserStatus } from '../domain/user/index.js';
import { comparableUsername, Username } from '../domain/user/username.js';
import { problem } from '../ports/http/answer.js';
import { MoneyText } from '../ports/http/money-text.js';
import { pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import type { BlindIndex } from '../ports/personal-data.js';
import { walletOf } from '../projections/hot-reads.js';
import type { PeopleTools } from './account.js';
import { documentsIn, type OpenedRow, openUser, openUsers, profileIn } from './opened-user.js';
import { submissionsWhere, type UserSearch, usersWhere, userWithId } from './queries/user.js';
import { rowOf, rowsOf, TimeCursor, upToDate } from './reading.js';

export interface UserReadTools extends PeopleTools {
  readonly blindIndex: BlindIndex;
}

const models = ['users'];

const identity = {
  user_id: t.string,
  username: nullable(t.string),
  email: nullable(t.string),
  phone_number: nullable(t.string),
  full_name: nullable(t.string),
};
const identityColumns = ['username', 'email', 'phone', 'profile'] as const;

type Identified = OpenedRow<(typeof identityColumns)[number]>;

const identityOf = ({ row, texts }: Identified): t.TypeOf<t.TypeC<typeof identity>> => ({
  user_id: row.user_id,
  username: texts.username,
  email: texts.email,
  phone_number: texts.phone,
  full_name: profileIn(row.user_id, texts.profile).fullName,
});

const StaffUser = t.strict(
  {
    ...identity,
    status: UserStatus,
    /** As the identity check itself stands (P-050). */
    kyc_status: KycStatus,
    profile_complete: t.boolean,
    joined_at: Instant,
    deleted_at: nullable(Instant),
  },
  'StaffUser',
);

const userItem = ({ row, texts }: Identified): t.TypeOf<typeof StaffUser> => ({
  ...identityOf({ row, texts }),
  status: row.status,
  kyc_status: row.kyc_status,
  profile_complete: row.profile_completed_at !== null,
  joined_at: row.registered_at,
  deleted_at: row.deleted_at,
});

const searchFor = (blindIndex: BlindIndex, words: string): UserSearch => {
  const asTyped = words.trim();
  const identifier = readIdentifier(asTyped);
  return {
    text: asTyped,
    identifierIndex: identifier === null ? null : blindIndex.of('identifier', identifier.value),
    usernameIndex: Username.is(asTyped)
      ? blindIndex.of('username', comparableUsername(asTyped))
      : null,
  };
};

const UserQuery = t.intersection([
  pageQuery(TimeCursor),
  t.exact(
    t.partial({
      status: UserStatus,
      kyc_status: KycStatus,
      search: text('UserSearch', { minLength: 1, maxLength: 300 }),
    }),
  ),
]);

const listUsers = (tools: UserReadTools): Route =>
  route({
    operation: 'listUsers',
    method: 'GET',
    path: '/api/admin/users',
    summary: 'Users, the newest first',
    description:
      '`search` finds one user by a whole e-mail address, phone number, user name, referral code ' +
      'or id. Parts of them find nobody: names are not stored in a form that could be searched.',
    tag: 'Staff: users',
    minPosition: true,
    query: UserQuery,
    responses: { 200: pageOf('StaffUserPage', StaffUser) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const { page_size: size, search, status, kyc_status: kycStatus, cursor } = query;
      const meant = search === undefined ? undefined : searchFor(tools.blindIndex, search);
      const statement = usersWhere(
        { status, kycStatus, search: meant },
        { limit: size + 1, after: cursor },
      );
      const rows = await rowsOf(tools, statement);
      const page = pageFrom(await openUsers(tools, rows, identityColumns), {
        size,
        cursor: TimeCursor,
        placeOf: ({ row }) => ({ at: row.registered_at, id: row.user_id }),
        itemOf: userItem,
      });
      return answer(200, page, shown);
    },
  });

const Documents = t.strict(
  {
    document_type: t.string,
    document_number: t.string,
    document_front_url: nullable(t.string),
    font_face_url: nullable(t.string),
    document_back_url: nullable(t.string),
  },
  'StaffKycDocuments',
);

const documentsOf = (userId: string, opened: string | null): t.TypeOf<typeof Documents> | null => {
  const documents = documentsIn(userId, opened);
  if (documents === null) return null;
  return {
    document_type: documents.documentType,
    document_number: documents.documentNumber,
    document_front_url: documents.frontUrl,
    font_face_url: documents.selfieUrl,
    document_back_url: documents.backUrl,
  };
};

const StaffUserDetail = t.strict(
  {
    ...StaffUser.type.props,
    date_of_birth: nullable(CalendarDate),
    address: nullable(t.string),
    registered_by: RegisteredBy,
    referral_code: nullable(t.string),
    referred_by: nullable(t.string),
    status_reason: nullable(t.string),
    kyc_documents: nullable(Documents),
    kyc_submitted_at: nullable(Instant),
    kyc_reason: nullable(t.string),
    balance: MoneyText,
  },
  'StaffUserDetail',
);

const detailColumns = [...identityColumns, 'kyc_documents', 'status_reason', 'kyc_reason'] as const;

const readUser = (tools: UserReadTools): Route =>
  route({
    operation: 'readUser',
    method: 'GET',
    path: '/api/admin/users/:id',
    summary: 'One user with everything that is known of them',
    tag: 'Staff: users',
    minPosition: true,
    params: t.strict({ id: UserId }, 'StaffUserPath'),
    responses: { 200: StaffUserDetail },
    problems: ['user_not_found'],
    handler: async ({ params, minPosition }, answer) => {
      const shown = await upToDate(tools, [...models, 'wallet'], minPosition);
      const row = await rowOf(tools, userWithId(params.id));
      if (row === null) return problem('user_not_found');
      const texts = await openUser(tools, row, detailColumns);
      const wallet = await rowOf(tools, walletOf(params.id));
      const { dateOfBirth: date_of_birth, address } = profileIn(row.user_id, texts.profile);
      const { registered_by, referral_code, referred_by, kyc_submitted_at } = row;
      const facts = { registered_by, referral_code, referred_by, kyc_submitted_at };
      const data = {
        ...userItem({ row, texts }),
        ...facts,
        date_of_birth,
        address,
        status_reason: texts.status_reason,
        kyc_documents: documentsOf(row.user_id, texts.kyc_documents),
        kyc_reason: texts.kyc_reason === '' ? null : texts.kyc_reason,
        balance: paisa(wallet?.balance_minor ?? 0),
      };
      return answer(200, data, shown);
    },
  });

const KycSubmission = t.strict(
  {
    ...identity,
    kyc_status: KycStatus,
    submitted_at: nullable(Instant),
    documents: nullable(Documents),
    rejection_reason: nullable(t.string),
  },
  'StaffKycSubmission',
);

const submissionColumns = [...identityColumns, 'kyc_documents', 'kyc_reason'] as const;

const submissionItem = ({
  row,
  texts,
}: OpenedRow<(typeof submissionColumns)[number]>): t.TypeOf<typeof KycSubmission> => ({
  ...identityOf({ row, texts }),
  kyc_status: row.kyc_status,
  submitted_at: row.kyc_submitted_at,
  documents: documentsOf(row.user_id, texts.kyc_documents),
  rejection_reason: row.kyc_status === 'REJECTED' ? texts.kyc_reason : null,
});

const SubmissionQuery = t.intersection([
  pageQuery(TimeCursor),
  t.exact(t.partial({ status: KycStatus })),
]);

const listKycSubmissions = (tools: UserReadTools): Route =>
  route({
    operation: 'listKycSubmissions',
    method: 'GET',
    path: '/api/admin/kyc/submissions',
    summary: 'Documents that users have submitted, the latest first',
    tag: 'Staff: KYC',
    minPosition: true,
    query: SubmissionQuery,
    responses: { 200: pageOf('StaffKycSubmissionPage', KycSubmission) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const { page_size: size, status: kycStatus, cursor } = query;
      const statement = submissionsWhere({ kycStatus }, { limit: size + 1, after: cursor });
      const rows = await rowsOf(tools, statement);
      const page = pageFrom(await openUsers(tools, rows, submissionColumns), {
        size,
        cursor: TimeCursor,
        placeOf: ({ row }) => ({ at: row.kyc_submitted_at ?? row.registered_at, id: row.user_id }),
        itemOf: submissionItem,
      });
      return answer(200, page, shown);
    },
  });

export const staffUserReads = (tools: UserReadTools): readonly Route[] => [
  listUsers(tools),
  readUser(tools),
  listKycSubmissions(tools),
];
