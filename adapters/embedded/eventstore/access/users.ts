/**
 * The users of a node. They are given when it starts and kept as scrypt hashes; the node stores
 * none of them. To change a password is to start the node with another one.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { EventStoreStartError } from '../start-errors.js';
import { ADMINISTRATORS, type Principal } from './principal.js';

export interface UserOptions {
  /** What access lists call the user. Not empty, no colon, and no `$` in front. */
  readonly name: string;
  readonly password: string;
  /** `$admins`, `$ops`, or names of one's own for use in access lists. */
  readonly groups: readonly string[];
}

interface StoredUser {
  readonly principal: Principal;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** A name that would be read as a group, or would end where the password begins, is none. */
const USER_NAME = /^[^$:\s][^:]*$/;

export class Users {
  private constructor(
    private readonly users: ReadonlyMap<string, StoredUser>,
    /** Stands in for users that do not exist, so that they take as long as those that do. */
    private readonly nobody: StoredUser,
  ) {}

  /** Hashes the passwords. Throws an `EventStoreStartError` if the list makes no sense. */
  static async from(options: readonly UserOptions[]): Promise<Users> {
    checkUsers(options);
    const password = randomBytes(HASH_BYTES).toString('hex');
    const nobody = stored({ name: '', password, groups: [] });
    const users = await Promise.all(options.map(stored));
    return new Users(new Map(users.map((user) => [user.principal.name, user])), await nobody);
  }

  has(name: string): boolean {
    return this.users.has(name);
  }

  /** The user, if that is the password. Takes some time and memory, as it is meant to. */
  async verify(name: string, password: string): Promise<Principal | undefined> {
    const user = this.users.get(name) ?? this.nobody;
    const matches = timingSafeEqual(await hashOf(password, user.salt), user.hash);
    return matches && user !== this.nobody ? user.principal : undefined;
  }
}

async function stored({ name, password, groups }: UserOptions): Promise<StoredUser> {
  const salt = randomBytes(SALT_BYTES);
  const principal = { name, groups: new Set(groups) };
  return { principal, salt, hash: await hashOf(password, salt) };
}

function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

function checkUsers(users: readonly UserOptions[]): void {
  const names = new Set<string>();
  for (const { name, password } of users) {
    if (!USER_NAME.test(name)) throw unusable(`${JSON.stringify(name)} is no name for a user`);
    if (names.has(name)) throw unusable(`there are two users with the name ${name}`);
    if (password === '') throw unusable(`the password of ${name} is empty`);
    names.add(name);
  }
  if (!users.some(({ groups }) => groups.includes(ADMINISTRATORS))) {
    throw unusable(`none of the users is in ${ADMINISTRATORS}`);
  }
}

function unusable(message: string): EventStoreStartError {
  return new EventStoreStartError('users-unusable', message);
}
