/** Somebody of the staff for the demo, so that the operations of staff can be tried. */

import * as E from 'fp-ts/lib/Either.js';
import { addStaff } from '../../commands/staff/add.js';
import { staffHolder } from '../../commands/staff/door.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EmailAddress } from '../../domain/shared/identifier.js';
import { StaffId } from '../../domain/shared/ids.js';
import { staffTeamId } from '../../domain/staff/index.js';
import { OperatorError } from '../cli/operator-error.js';
import type { Parts } from '../compose.js';
import { madeSecret } from '../config/made-secret.js';
import { seeder } from '../seed/network.js';

const staffId = brandOrThrow(StaffId, 'demo-admin');
const email = brandOrThrow(EmailAddress, 'admin@example.com');
/** 96 bits, and short enough to be copied by hand. */
const passwordCharacters = 16;

export interface DemoStaff {
  readonly email: EmailAddress;
  readonly password: string;
}

const employ = async (parts: Parts, password: string): Promise<void> => {
  const { newId, clock, accounts } = parts;
  const commandId = newId();
  const context = { commandId, correlationId: commandId, causationId: commandId, actor: seeder };
  const person = { name: 'Demo Admin', email };
  const who = { staffId, person, role: 'super_admin', by: null, at: clock.now() } as const;
  const added = await addStaff(parts, who, context);
  if (E.isLeft(added)) throw new OperatorError([`no demo staff: ${added.left.kind}`]);
  await accounts.passwords.set(staffHolder(staffId), password);
};

/**
 * A network that never had any staff gets a super admin, with a password of this installation.
 *
 * @returns `null` once somebody has removed or deactivated the account, or changed the password.
 */
export const prepareDemoStaff = async (parts: Parts): Promise<DemoStaff | null> => {
  const secret = await madeSecret(parts.config.dataDir, 'demo-staff');
  const password = secret.slice(0, passwordCharacters);
  const { handlers, accounts } = parts;
  const known = await handlers.staff.load(staffTeamId);
  if (known.position === null) await employ(parts, password);
  const { state: team } = await handlers.staff.load(staffTeamId);
  if (team.get(staffId)?.isActive !== true) return null;
  const attempt = { name: 'demo-staff', holder: staffHolder(staffId), password };
  const check = await accounts.passwords.check(attempt);
  return check.kind === 'correct' ? { email, password } : null;
};
