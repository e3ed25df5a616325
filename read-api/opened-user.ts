/** Rows of users with what is sealed in them opened, for whoever may read it. */

import { Bug } from '../domain/shared/assert.js';
import { Sealed } from '../domain/shared/sealed.js';
import { emptyProfile, type KycDocuments, type Profile } from '../domain/user/index.js';
import type { PersonalData } from '../ports/personal-data.js';
import { readSealedJson } from '../ports/sealed-json.js';
import { kycPlace, profilePlace, userFields } from '../ports/user-data.js';
import type { RowOf } from '../projections/engine/table.js';
import type { users } from '../projections/user.js';

export type UserRow = RowOf<typeof users>;

/** Columns that may hold something sealed, and the word that each was sealed under. */
const wordOf = {
  username: userFields.username,
  email: userFields.email,
  phone: userFields.phone,
  profile: userFields.profile,
  kyc_documents: userFields.kycDocuments,
  status_reason: userFields.statusReason,
  kyc_reason: userFields.kycReason,
} as const;

type SealedColumn = keyof typeof wordOf;

/** The opened texts; `null` for what is not there or can be opened no more. */
export type Opened<Column extends SealedColumn> = Readonly<Record<Column, string | null>>;

export interface OpenedRow<Column extends SealedColumn> {
  readonly row: UserRow;
  readonly texts: Opened<Column>;
}

/** Reasons may be the program's own words, which are not sealed. */
const isPlain = (column: SealedColumn): boolean =>
  column === 'status_reason' || column === 'kyc_reason';

/** Opens these columns of all rows with one look at the keys; the result is in their order. */
export const openUsers = async <Column extends SealedColumn>(
  { personalData }: { readonly personalData: Pick<PersonalData, 'openMany'> },
  rows: readonly UserRow[],
  columns: readonly Column[],
): Promise<readonly OpenedRow<Column>[]> => {
  const items = rows.flatMap((row) =>
    columns.flatMap((column) => {
      const sealed = row[column];
      if (!Sealed.is(sealed)) return [];
      return [{ subject: `user:${row.user_id}` as const, field: wordOf[column], sealed }];
    }),
  );
  const opened = await personalData.openMany(items);
  const bySeal = new Map(items.map(({ sealed }, index) => [sealed, opened[index] ?? null]));
  const textIn = (row: UserRow, column: Column): string | null => {
    const stored = row[column];
    if (Sealed.is(stored)) return bySeal.get(stored) ?? null;
    return isPlain(column) ? stored : null;
  };
  return rows.map((row) => {
    const entries = columns.map((column) => [column, textIn(row, column)]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each column
    const texts = Object.fromEntries(entries) as Opened<Column>;
    return { row, texts };
  });
};

/** The same for one row. */
export const openUser = async <Column extends SealedColumn>(
  tools: { readonly personalData: Pick<PersonalData, 'openMany'> },
  row: UserRow,
  columns: readonly Column[],
): Promise<Opened<Column>> => {
  const [opened] = await openUsers(tools, [row], columns);
  if (opened === undefined) throw new Bug('a row was opened and is not there');
  return opened.texts;
};

/** The profile in an opened row. */
export const profileIn = (userId: string, profile: string | null): Profile =>
  profile === null ? emptyProfile : readSealedJson(profilePlace(userId), profile);

/** The documents in an opened row. */
export const documentsIn = (userId: string, documents: string | null): KycDocuments | null =>
  documents === null ? null : readSealedJson(kycPlace(userId), documents);
