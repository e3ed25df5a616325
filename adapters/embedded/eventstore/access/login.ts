/**
 * Tells who a caller is by the `authorization` header of its call: HTTP Basic, as clients send it
 * with every call. To check a password costs time on purpose, so it happens once: what was right
 * is recognised by its keyed hash from then on. Passwords themselves are not kept.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { LOGIN_CHECKS_MAX } from '../limits.js';
import { Attempts } from './attempts.js';
import { ANONYMOUS, type Principal, SYSTEM } from './principal.js';
import type { Users } from './users.js';

/** Who it is, or why that is not known. */
export type Identity =
  | { readonly kind: 'principal'; readonly principal: Principal }
  | { readonly kind: 'wrong-credentials' }
  | { readonly kind: 'too-many-attempts' };

const BASIC = /^Basic +(?<encoded>[A-Za-z0-9+/]+={0,2}) *$/i;
const WRONG: Identity = { kind: 'wrong-credentials' };
const TOO_MANY: Identity = { kind: 'too-many-attempts' };
const NOBODY_SPECIAL: Identity = { kind: 'principal', principal: ANONYMOUS };
const THE_SYSTEM: Identity = { kind: 'principal', principal: SYSTEM };

/** Tells who calls; at once where that is known, later where a password has to be checked. */
export interface Login {
  /** @param address where the call came from, without the port */
  identify(header: string | undefined, address: string): Identity | Promise<Identity>;
}

/** Of a node without users: everybody is the system, whatever he says. */
export const NO_LOGIN: Login = { identify: () => THE_SYSTEM };

export class UserLogin implements Login {
  /** Never more than there are users: only right credentials come in here. */
  private readonly known = new Map<string, Identity>();
  private readonly underWay = new Map<string, Promise<Identity>>();
  private readonly attempts: Attempts;
  private readonly key = randomBytes(32);
  /** Checks happen one after the other, so that they cost one processor at most. */
  private last: Promise<unknown> = Promise.resolve();

  /** @param clock milliseconds since the epoch */
  constructor(
    private readonly users: Users,
    clock: () => number,
  ) {
    this.attempts = new Attempts(clock);
  }

  identify(header: string | undefined, address: string): Identity | Promise<Identity> {
    if (header === undefined) return NOBODY_SPECIAL;
    const credentials = readBasic(header);
    if (credentials === undefined) return WRONG;
    const digest = createHmac('sha256', this.key).update(credentials).digest('base64');
    return (
      this.known.get(digest) ??
      this.underWay.get(digest) ??
      this.begin(credentials, {
        digest,
        address,
      })
    );
  }

  private begin(
    credentials: string,
    call: { readonly digest: string; readonly address: string },
  ): Identity | Promise<Identity> {
    const { digest, address } = call;
    const colon = credentials.indexOf(':');
    const name = credentials.slice(0, colon);
    // Made up names count together, or each would be a new chance.
    const source = `${address} ${this.users.has(name) ? name : ''}`;
    if (this.underWay.size >= LOGIN_CHECKS_MAX || !this.attempts.begin(source)) return TOO_MANY;
    const checked = this.last
      .then(() => this.users.verify(name, credentials.slice(colon + 1)))
      .then((principal): Identity => {
        if (principal === undefined) return WRONG;
        this.attempts.forgive(source);
        const identity: Identity = { kind: 'principal', principal };
        this.known.set(digest, identity);
        return identity;
      })
      .finally(() => this.underWay.delete(digest));
    this.last = checked.catch(() => undefined);
    this.underWay.set(digest, checked);
    return checked;
  }
}

/** `name:password`, or nothing if the header holds no such thing. */
function readBasic(header: string): string | undefined {
  const encoded = BASIC.exec(header)?.groups?.encoded;
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return text.includes(':') ? text : undefined;
}
