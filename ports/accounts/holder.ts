import { Actor } from '../event-metadata.js';

/**
 * Whose account it is, by the words of access tokens: a user (partners are users with a partner's
 * role), a member of staff, or a machine.
 */
export const AccountHolder = Actor;
export type AccountHolder = Actor;
