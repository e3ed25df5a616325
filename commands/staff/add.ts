import type * as E from 'fp-ts/lib/Either.js';
import type { StaffId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import {
  type StaffEvent,
  type StaffPerson,
  type StaffRefusal,
  type StaffRole,
  type StaffTeam,
  staffTeamId,
} from '../../domain/staff/index.js';
import { sealJson } from '../../ports/sealed-json.js';
import { staffPersonPlace } from '../../ports/team-data.js';
import { type AccountTools, identifierIndexOf } from '../account/tools.js';
import type { CommandContext } from '../context.js';
import { submit } from '../operation.js';
import type { Handled } from '../outcome.js';

export interface NewStaff {
  readonly staffId: StaffId;
  readonly person: StaffPerson;
  readonly role: StaffRole;
  /** `null`: an operator. */
  readonly by: StaffId | null;
  readonly at: Instant;
}

/** Makes somebody one of the staff; a password comes afterwards. */
export const addStaff = async (
  tools: Pick<AccountTools, 'handlers' | 'personalData' | 'blindIndex'>,
  { staffId, person, role, by, at }: NewStaff,
  context: CommandContext,
): Promise<E.Either<StaffRefusal, Handled<StaffTeam, StaffEvent>>> => {
  const wish = {
    type: 'AddStaff',
    staffId,
    role,
    person: await sealJson(tools.personalData, staffPersonPlace(staffId), person),
    emailIndex: identifierIndexOf(tools, { kind: 'email', value: person.email }),
    by,
    at,
  } as const;
  return submit(tools.handlers.staff, staffTeamId, wish, context);
};
