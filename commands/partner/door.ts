import { identifierClaimId } from '../../domain/claim/index.js';
import {
  hasDashboard,
  type Partner,
  type PartnerState,
  type PartnerType,
} from '../../domain/partner/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import type { EmailAddress } from '../../domain/shared/identifier.js';
import { UserId } from '../../domain/shared/ids.js';
import type { User } from '../../domain/user/index.js';
import type { Role } from '../../ports/http/access.js';
import { wakeUp } from '../account/sign-in.js';
import { type AccountTools, identifierIndexOf, userHolder } from '../account/tools.js';
import { idFrom } from '../operation.js';
import type { Door, Guest } from '../password/door.js';

/** Whom an address belongs to that belongs to nobody. No user has this id: ours are UUIDs. */
const nobody = brandOrThrow(UserId, 'nobody');

/** The words of partners in answers. */
export const partnerWords = (type: PartnerType) => ({
  partner_type: type.kind,
  vendor_type: type.kind === 'VENDOR' ? type.vendorType : null,
});

const roleOf = ({ type }: Partner): Role => (type.kind === 'FRANCHISE' ? 'franchise' : 'vendor');

const userWithEmail = async (tools: AccountTools, email: EmailAddress): Promise<UserId> => {
  const index = identifierIndexOf(tools, { kind: 'email', value: email });
  const { state: bearer } = await tools.handlers.claim.load(identifierClaimId(index));
  return bearer === null ? nobody : idFrom(UserId, bearer);
};

interface Person {
  readonly user: User | null;
  readonly partner: PartnerState;
}

const load = async ({ handlers }: AccountTools, userId: UserId): Promise<Person> => ({
  user: (await handlers.user.load(userId)).state,
  partner: (await handlers.partner.load(userId)).state,
});

const guestOf = ({ user, partner }: Person): Guest | null =>
  user === null || !hasDashboard(partner)
    ? null
    : { holder: userHolder(user.userId), roles: [roleOf(partner)] };

/** Who was away for long may come, too, and is back by signing in (P-098). */
const mayCome = ({ user }: Person): boolean =>
  user !== null && !user.isDeleted && user.status !== 'BANNED';

const mayStay = ({ user }: Person): boolean => user?.status === 'ACTIVE';

/**
 * The way in for partners: users, with the e-mail address that they have as users. A ban of the
 * user bars this door, too (P-092).
 */
export const partnerDoor = (tools: AccountTools): Door => ({
  realm: 'partner',
  find: async (email) => {
    const person = await load(tools, await userWithEmail(tools, email));
    return mayCome(person) ? guestOf(person) : null;
  },
  wake: async (id, request) => {
    const { user } = await load(tools, idFrom(UserId, id));
    if (user !== null) await wakeUp(tools, request, user);
  },
  recall: async (id) => {
    const person = await load(tools, idFrom(UserId, id));
    return mayStay(person) ? guestOf(person) : null;
  },
});
