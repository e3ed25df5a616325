/** Who calls in the matrix of operations and callers, and what the access table says to each. */

import { randomUUID } from 'node:crypto';
import * as t from 'io-ts';
import { fieldsOf } from '../../adapters/http/openapi/fields.js';
import { createTokens, type Tokens } from '../../adapters/http/tokens.js';
import { BrandedString } from '../../domain/shared/brand.js';
import { type Access, Role } from '../../ports/http/access.js';
import type { IdentifiedPrincipal } from '../../ports/http/principal.js';
import type { Route } from '../../ports/http/route.js';
import type { Network } from './network.js';
import type { Sample } from './sample-request.js';

/** Every role, and those who show a token that is worth nothing, or none. */
export const callerKinds = [
  ...Object.keys(Role.keys).filter(Role.is),
  'nobody',
  'expired',
  'ended',
  'foreign',
] as const;
export type CallerKind = (typeof callerKinds)[number];

export type Admission = 'admitted' | 'forbidden' | 'unauthenticated';

const ofRole = (access: Access, role: Role): Admission =>
  access.kind === 'public' || access.roles.includes(role) ? 'admitted' : 'forbidden';

/** What the row of an operation says to a caller; the tokens that are worth nothing are a user's. */
export const expectedOf = (access: Access, caller: CallerKind): Admission => {
  if (Role.is(caller)) return ofRole(access, caller);
  if (access.kind === 'public') return 'admitted';
  if (caller !== 'ended') return 'unauthenticated';
  return access.endedSessions === 'admitted' ? ofRole(access, 'user') : 'unauthenticated';
};

/** By which door the holders of a role come in. */
const kindOf = (role: Role): IdentifiedPrincipal['kind'] => {
  switch (role) {
    case 'user':
    case 'franchise':
    case 'vendor':
      return 'user';
    case 'cabinet':
      return 'cabinet';
    case 'moderator':
    case 'admin':
    case 'super_admin':
    case 'auditor':
    case 'analyst':
      return 'staff';
  }
};

/** A token of somebody; sessions are only needed by those who sign out. */
export const tokenFor = async (
  { tokens }: Pick<Network, 'tokens'>,
  role: Role,
  id: string,
): Promise<string> => {
  const holder = { kind: kindOf(role), id, roles: [role], sessionId: null };
  return (await tokens.issueToken(holder)).accessToken;
};

/** As ours, but for the secret: issuer, audience and claims are right. */
export const foreignTokens = ({ clock }: Pick<Network, 'clock'>): Tokens =>
  createTokens(
    {
      issuer: 'powerbank',
      audience: 'powerbank-api',
      ttlSeconds: 900,
      secret: 'a secret that somebody else has thought out',
      previousSecret: null,
    },
    { clock, newId: randomUUID },
  );

/** A place in a request that names a resource. */
export interface Place {
  readonly part: 'params' | 'query' | 'body';
  readonly field: string;
  /** Which kind of resource: the name of the codec of its id. */
  readonly brand: string;
}

const brandIn = (codec: t.Mixed): string | null => {
  if (codec instanceof BrandedString) return codec.name;
  if ('type' in codec && codec.type instanceof t.Type) return brandIn(codec.type);
  if (!(codec instanceof t.UnionType)) return null;
  const members: readonly t.Mixed[] = codec.types;
  return members.map(brandIn).find((brand) => brand !== null) ?? null;
};

/** Where a request of the route names resources by a branded id. */
export const placesOf = (route: Route): readonly Place[] =>
  (['params', 'query', 'body'] as const).flatMap((part) => {
    const codec = route[part];
    const fields = codec === null ? [] : (fieldsOf(codec)?.fields ?? []);
    return fields.flatMap(({ name: field, codec: inner }) => {
      const brand = brandIn(inner);
      return brand === null ? [] : [{ part, field, brand }];
    });
  });

/** The sample with other ids in its places, where there is one for the brand. */
export const withIds = (
  sample: Sample,
  places: readonly Place[],
  ids: Readonly<Record<string, string>>,
): Sample => {
  const filled = (part: Place['part']): unknown => {
    const fields = sample[part];
    if (typeof fields !== 'object' || fields === null) return fields;
    const known = places.filter((place) => place.part === part && place.brand in ids);
    const changes = known.map(({ field, brand }) => [field, ids[brand]]);
    return { ...fields, ...Object.fromEntries(changes) };
  };
  return { params: Object(filled('params')), query: Object(filled('query')), body: filled('body') };
};
