import type { StaffId } from '../domain/shared/ids.js';
import type { Instant } from '../domain/shared/instant.js';
import type { AccountHolder } from '../ports/accounts/holder.js';
import type { Realm, RevocationReason } from '../ports/accounts/sessions.js';
import type { AccountProcessTools } from './account-process.js';
import { type FactOf, type ReactionTable, reactTo } from './process/facts.js';
import type { ProcessManager } from './process/reactions.js';

const name = 'credentials';

interface Ending {
  readonly holder: AccountHolder;
  readonly realm: Realm;
  readonly before: Instant;
  readonly reason: RevocationReason;
}

/**
 * What follows from what happens to those who sign in by password, staff and partners: the end of
 * sessions whose roles are no longer true, and, after a removal, that nothing tells who it was.
 *
 * The routes end sessions at once, too; here is what makes it certain.
 */
export const createCredentialsProcess = (tools: AccountProcessTools): ProcessManager => {
  const { handlers, accounts, personalData } = tools;

  /** Those from before the fact: who signed in since has the roles of now. */
  const endSessions = async ({ holder, realm, before, reason }: Ending): Promise<void> => {
    const open = await accounts.sessions.list(holder);
    for (const session of open) {
      if (session.realm !== realm || session.openedAt >= before) continue;
      await accounts.sessions.revoke(session.sessionId, reason);
    }
  };

  const endStaff = (staffId: StaffId, before: Instant, reason: RevocationReason): Promise<void> =>
    endSessions({ holder: { kind: 'staff', id: staffId }, realm: 'staff', before, reason });

  const endPartner = (userId: string, before: Instant): Promise<void> => {
    const holder = { kind: 'user', id: userId } as const;
    return endSessions({ holder, realm: 'partner', before, reason: 'by-staff' });
  };

  const forgetStaff = async ({ data }: FactOf<'staff', 'StaffRemoved'>): Promise<void> => {
    const { staffId, at } = data;
    await accounts.forget({ kind: 'staff', id: staffId }, { identifierIndexes: [] });
    await personalData.destroyKey(`staff:${staffId}`, at);
  };

  /** The user's own data goes by another process; what they were told of as a partner, by this. */
  const forgetPartner = async ({
    streamId,
    data,
  }: FactOf<'user', 'AccountDeleted'>): Promise<void> => {
    const { state } = await handlers.partner.load(streamId);
    if (state !== null) await personalData.destroyKey(`partner:${streamId}`, data.at);
  };

  const table: ReactionTable = {
    staff: {
      StaffRoleChanged: ({ data }) => endStaff(data.staffId, data.at, 'role-changed'),
      StaffDeactivated: ({ data }) => endStaff(data.staffId, data.at, 'by-staff'),
      StaffRemoved: forgetStaff,
    },
    partner: {
      PartnerDeactivated: ({ streamId, data }) => endPartner(streamId, data.at),
      VendorTypeChanged: ({ streamId, data }) => endPartner(streamId, data.at),
    },
    user: { AccountDeleted: forgetPartner },
  };

  return {
    name,
    categories: Object.keys(table),
    keyOf: (logged) => logged.stream,
    react: (logged) => reactTo(table, logged),
    onTimer: async () => [],
  };
};
