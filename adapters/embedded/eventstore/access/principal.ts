/** Who a call comes from, as far as access goes. */

/** May do everything. */
export const ADMINISTRATORS = '$admins';
/** May run operations: scavenges, and the management of persistent subscriptions. */
export const OPERATORS = '$ops';
/** In an access list: everybody, those who say nothing of themselves included. */
export const EVERYBODY = '$all';

export interface Principal {
  readonly name: string;
  readonly groups: ReadonlySet<string>;
}

/** Every caller of a node without users. */
export const SYSTEM: Principal = { name: 'system', groups: new Set([ADMINISTRATORS]) };

/** A caller that sends no credentials to a node with users. */
export const ANONYMOUS: Principal = { name: 'anonymous', groups: new Set() };

export function isAdministrator({ groups }: Principal): boolean {
  return groups.has(ADMINISTRATORS);
}

export function isOperator(principal: Principal): boolean {
  return principal.groups.has(OPERATORS) || isAdministrator(principal);
}
