import { UserId } from '../../domain/shared/ids.js';
import type { Accounts } from '../../ports/accounts/accounts.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import type { Sql } from '../../ports/database.js';
import { forgetPositionsOf } from '../postgres/rental-locations.js';

type Stores = Pick<Accounts, 'otp' | 'verificationTokens' | 'sessions' | 'passwords' | 'devices'>;

/**
 * Each step may be repeated, and the first one closes the door. Sessions themselves stay a day
 * longer, without their devices, because access tokens are judged by them.
 */
export const forgetAccount = async (
  { database, ...stores }: Stores & { readonly database: Sql },
  { holder, identifierIndexes }: { holder: AccountHolder; identifierIndexes: readonly string[] },
): Promise<void> => {
  await stores.sessions.revokeAll(holder, 'deleted');
  const whose = [holder.kind, holder.id];
  const ofHolder = 'WHERE holder_kind = $1 AND holder_id = $2';
  await database.execute(`UPDATE account.sessions SET device_id = NULL ${ofHolder}`, whose);
  await database.execute(`DELETE FROM account.setup_links ${ofHolder}`, whose);
  await stores.passwords.remove(holder);
  if (holder.kind === 'staff') {
    await database.execute('DELETE FROM account.staff_requests WHERE staff_id = $1', [holder.id]);
  }
  if (holder.kind === 'user' && UserId.is(holder.id)) {
    await stores.devices.forget(holder.id);
    await forgetPositionsOf(database, holder.id);
  }
  await stores.otp.forget(identifierIndexes);
  await stores.verificationTokens.forget(identifierIndexes);
};
