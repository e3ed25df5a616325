import type { Identifier } from '../../domain/shared/identifier.js';
import type { IndexValue } from '../../domain/shared/index-value.js';
import type { AccessTokens } from '../../ports/accounts/access-tokens.js';
import type { Accounts } from '../../ports/accounts/accounts.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Messages } from '../../ports/messages.js';
import type { BlindIndex, PersonalData } from '../../ports/personal-data.js';
import type { Randomness } from '../../ports/randomness.js';
import type { Handlers } from '../handlers.js';
import type { SocialTools } from './social/tools.js';

/** What the operations on accounts work with. */
export interface AccountTools {
  readonly handlers: Handlers;
  readonly accounts: Accounts;
  readonly personalData: PersonalData;
  readonly blindIndex: BlindIndex;
  readonly messages: Messages;
  readonly tokens: AccessTokens;
  readonly newId: () => string;
  readonly randomness: Randomness;
  readonly clock: Clock;
  readonly log: Log;
  readonly social: SocialTools;
}

export const userHolder = (id: string): AccountHolder => ({ kind: 'user', id });

export const identifierIndexOf = (
  tools: Pick<AccountTools, 'blindIndex'>,
  { value }: Identifier,
): IndexValue => tools.blindIndex.of('identifier', value);
