import {
  externalIdentityClaimId,
  identifierClaimId,
  usernameClaimId,
} from '../domain/claim/index.js';
import type { AwardSource } from '../domain/points/index.js';
import type { Settings } from '../domain/settings/index.js';
import { EntryId } from '../domain/shared/ids.js';
import type { Instant } from '../domain/shared/instant.js';
import type { User } from '../domain/user/index.js';
import type { Accounts } from '../ports/accounts/accounts.js';
import type { PersonalData } from '../ports/personal-data.js';
import { type FactOf, type ReactionTable, reactTo } from './process/facts.js';
import type { ProcessManager } from './process/reactions.js';
import {
  issue,
  ownId,
  type ProcessTools,
  processActor,
  settingsInForce,
  stepsAfter,
} from './process/tools.js';

const name = 'account';
const actor = processActor(`${name}-process`);

export interface AccountProcessTools extends ProcessTools {
  readonly accounts: Pick<Accounts, 'sessions' | 'forget'>;
  readonly personalData: Pick<PersonalData, 'destroyKey'>;
}

/** What points are given for, and the setting that says how many. */
const rewardOf: Readonly<Partial<Record<AwardSource, (settings: Settings) => number>>> = {
  SIGNUP: ({ signupPoints }) => signupPoints,
  SOCIAL_SIGNUP: ({ signupPoints }) => signupPoints,
  PROFILE: ({ profilePoints }) => profilePoints,
  KYC: ({ kycPoints }) => kycPoints,
};

/** What a user can be found by, as the names of its claims. */
const claimsOf = ({ identifiers, externals, username }: User): readonly string[] => [
  ...Object.values(identifiers).map(identifierClaimId),
  ...Object.entries(externals).map(([provider, index]) => externalIdentityClaimId(provider, index)),
  ...(username === null ? [] : [usernameClaimId(username)]),
];

/**
 * What follows from what happens to an account: points for its beginnings, the end of its sessions
 * when it is kept out, and after its deletion that nothing can be read of it any more (AUTH-11).
 *
 * The routes end sessions at once, too; here is what makes it certain.
 */
export const createAccountProcess = (tools: AccountProcessTools): ProcessManager => {
  const { handlers, accounts, personalData } = tools;

  interface Award {
    readonly fact: {
      readonly id: string;
      readonly correlationId: string;
      readonly streamId: string;
    };
    readonly source: AwardSource;
    readonly at: Instant;
  }

  /** Named by user and reason, so that each is given once ever (P-096). */
  const award = async ({ fact, source, at }: Award): Promise<void> => {
    const points = rewardOf[source]?.(await settingsInForce(handlers)) ?? 0;
    if (points === 0) return;
    const awardId = ownId(EntryId, `${fact.streamId}:${source}`);
    const wish = { type: 'AwardPoints', awardId, points, source, rentalId: null, at } as const;
    await issue(handlers.points, fact.streamId, wish, stepsAfter(fact, actor)(source));
  };

  const welcome = async (fact: FactOf<'user', 'UserRegistered'>): Promise<void> => {
    const { by, at } = fact.data;
    // Whom an operator registers is there for a demonstration or a test.
    if (by === 'OPERATOR') return;
    const isSocial = by === 'GOOGLE' || by === 'APPLE';
    await award({ fact, source: isSocial ? 'SOCIAL_SIGNUP' : 'SIGNUP', at });
  };

  const forget = async (fact: FactOf<'user', 'AccountDeleted'>): Promise<void> => {
    const { streamId: userId, data } = fact;
    const { state: user } = await handlers.user.load(userId);
    if (user === null) return;
    const steps = stepsAfter(fact, actor);
    await accounts.forget(
      { kind: 'user', id: userId },
      { identifierIndexes: Object.values(user.identifiers) },
    );
    for (const claim of claimsOf(user)) {
      const wish = { type: 'ReleaseName', bearer: userId, at: data.at } as const;
      await issue(handlers.claim, claim, wish, steps(`release ${claim}`));
    }
    await personalData.destroyKey(`user:${userId}`, data.at);
  };

  const table: ReactionTable = {
    user: {
      UserRegistered: welcome,
      ProfileCompleted: (fact) => award({ fact, source: 'PROFILE', at: fact.data.at }),
      KycStatusChanged: async (fact) => {
        const { status, at } = fact.data;
        if (status === 'APPROVED') await award({ fact, source: 'KYC', at });
      },
      UserStatusChanged: async ({ streamId, data }) => {
        if (data.status === 'ACTIVE') return;
        // Who was let in again meanwhile has sessions that this fact is not about.
        const { state } = await handlers.user.load(streamId);
        if (state?.status === 'ACTIVE') return;
        await accounts.sessions.revokeAll({ kind: 'user', id: streamId }, 'banned');
      },
      AccountDeleted: forget,
    },
  };

  return {
    name,
    categories: Object.keys(table),
    keyOf: (logged) => logged.stream,
    react: (logged) => reactTo(table, logged),
    onTimer: async () => [],
  };
};
