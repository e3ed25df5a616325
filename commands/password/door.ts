import type { EmailAddress } from '../../domain/shared/identifier.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import type { Realm } from '../../ports/accounts/sessions.js';
import type { Role } from '../../ports/http/access.js';
import type { SignInRequest } from '../account/registration.js';

/** Somebody who may come in, as whom the network knows them now. */
export interface Guest {
  readonly holder: AccountHolder;
  readonly roles: readonly Role[];
}

/** A way in by e-mail address and password (AUTH-12). */
export interface Door {
  readonly realm: Exclude<Realm, 'app'>;
  /** Whose address it is; `null`, after as many reads, for strangers and whoever is kept out. */
  find(email: EmailAddress): Promise<Guest | null>;
  /** The password was right: whoever was away for long is back. */
  wake(id: string, request: SignInRequest): Promise<void>;
  /** The holder of a session; `null` for whoever is kept out by now. */
  recall(id: string): Promise<Guest | null>;
}
