/** A user becomes a partner, and gets a link to choose a password by (AUTH-12, BR1). */

import * as E from 'fp-ts/lib/Either.js';
import { identifierClaimId } from '../../domain/claim/index.js';
import {
  hasDashboard,
  type PartnerPerson,
  type PartnerRefusal,
  type PartnerType,
} from '../../domain/partner/index.js';
import type { EmailAddress } from '../../domain/shared/identifier.js';
import { UserId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { registrationByOperator } from '../../domain/user/index.js';
import type { SetupLink } from '../../ports/accounts/setup-links.js';
import { sealJson } from '../../ports/sealed-json.js';
import { partnerPersonPlace } from '../../ports/team-data.js';
import { userFields } from '../../ports/user-data.js';
import { type AccountTools, identifierIndexOf, userHolder } from '../account/tools.js';
import { type CommandContext, deriveId } from '../context.js';
import { idFrom, submit } from '../operation.js';

export type InvitationTools = Pick<
  AccountTools,
  'handlers' | 'personalData' | 'blindIndex' | 'newId'
> & { readonly accounts: Pick<AccountTools['accounts'], 'setupLinks'> };

export interface Invitation {
  readonly person: PartnerPerson;
  readonly partner: PartnerType;
  readonly at: Instant;
}

export interface Invited {
  readonly userId: UserId;
  /** `null` for whoever has no dashboard. */
  readonly link: SetupLink | null;
}

type InvitationRefusal = PartnerRefusal | { readonly kind: 'UserInvalid' };

const step = (context: CommandContext, name: string): CommandContext => ({
  ...context,
  commandId: deriveId(context.commandId, name),
});

/** The user with this address; one is made where there is none, and signs in by code as well. */
const userFor = async (
  tools: InvitationTools,
  { email, at }: { readonly email: EmailAddress; readonly at: Instant },
  context: CommandContext,
): Promise<E.Either<{ readonly kind: 'UserInvalid' }, UserId>> => {
  const { claim, user } = tools.handlers;
  const index = identifierIndexOf(tools, { kind: 'email', value: email });
  const wish = { type: 'ClaimName', bearer: idFrom(UserId, tools.newId()), at } as const;
  const claimed = await submit(claim, identifierClaimId(index), wish, step(context, 'claim'));
  const userId = E.isRight(claimed) ? wish.bearer : idFrom(UserId, claimed.left.bearer);
  const { state } = await user.load(userId);
  if (state !== null) {
    return state.status === 'ACTIVE' ? E.right(userId) : E.left({ kind: 'UserInvalid' });
  }
  const value = await tools.personalData.seal(`user:${userId}`, userFields.email, email);
  const identifier = { kind: 'email', value, index } as const;
  const registration = { ...registrationByOperator(userId, at), identifier };
  await submit(user, userId, registration, step(context, 'register'));
  return E.right(userId);
};

/**
 * Invites somebody; safe to repeat, and then the links before are void.
 *
 * @returns Left when the user is kept out, or is another kind of partner already.
 */
export const invitePartner = async (
  tools: InvitationTools,
  { person, partner, at }: Invitation,
  context: CommandContext,
): Promise<E.Either<InvitationRefusal, Invited>> => {
  const { email } = person;
  const found = await userFor(tools, { email, at }, context);
  if (E.isLeft(found)) return found;
  const userId = found.right;
  const sealed = await sealJson(tools.personalData, partnerPersonPlace(userId), person);
  const wish = { type: 'AddPartner', userId, partner, person: sealed, at } as const;
  const added = await submit(tools.handlers.partner, userId, wish, step(context, 'partner'));
  if (E.isLeft(added)) return added;
  if (!hasDashboard(added.right.state)) return E.right({ userId, link: null });
  return E.right({ userId, link: await tools.accounts.setupLinks.issue(userHolder(userId)) });
};
