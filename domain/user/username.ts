import { type Brand, branded } from '../shared/brand.js';

/**
 * What others see of a user (rules 2.1). ASCII only, so that no two names look the same; upper and
 * lower case are shown as they were typed and count as the same name.
 */
export const Username = branded('Username', /^[A-Za-z0-9][A-Za-z0-9._-]{2,149}$/);
export type Username = Brand<'Username'>;

/** The form in which names are compared. */
export const comparableUsername = (username: Username): string => username.toLowerCase();
