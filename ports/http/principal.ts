import type { Actor } from '../event-metadata.js';
import type { Access, Role } from './access.js';

/** Somebody whose token was checked. Partners are users with a partner's role. */
export interface IdentifiedPrincipal {
  readonly kind: 'user' | 'staff' | 'cabinet' | 'system';
  readonly id: string;
  readonly roles: readonly Role[];
  /** What a sign-out ends; `null` for a token that an operator asked for. */
  readonly sessionId: string | null;
}

/** Somebody who showed no token; only public operations take them. */
export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

export type Principal = IdentifiedPrincipal | AnonymousPrincipal;

export const anonymous: AnonymousPrincipal = { kind: 'anonymous' };

/** What a handler knows about its caller, by who may call it. */
export type PrincipalOf<Who extends Access> = Who extends { readonly kind: 'roles' }
  ? IdentifiedPrincipal
  : Principal;

/** Whether the principal may pass; `unauthenticated` when a token could change that. */
export const admission = (
  access: Access,
  principal: Principal,
): 'admitted' | 'unauthenticated' | 'forbidden' => {
  if (access.kind === 'public') return 'admitted';
  if (principal.kind === 'anonymous') return 'unauthenticated';
  return principal.roles.some((role) => access.roles.includes(role)) ? 'admitted' : 'forbidden';
};

/** The actor that goes into the metadata of every event which the caller causes. */
export const actorOf = (principal: IdentifiedPrincipal): Actor => ({
  kind: principal.kind,
  id: principal.id,
});
