import * as t from 'io-ts';
import type { Instant } from '../../domain/shared/instant.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import type {
  Busy,
  PasswordCheck,
  PasswordSetting,
  Passwords,
  SignInAttempt,
} from '../../ports/accounts/passwords.js';
import type { Clock } from '../../ports/clock.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { clearFailures, takeTry } from './password-failures.js';
import { decoyHash, type PasswordHasher } from './password-hasher.js';
import type { Turns } from './turns.js';

/** The line is as long as that when nobody else may join it. */
const retryAfterBusySeconds = 2;

const HashRow = t.strict({ hash: t.string });

/** What whoever reads or writes password hashes needs. */
export interface PasswordTools {
  readonly hasher: PasswordHasher;
  /** Taken for each hash. */
  readonly turns: Turns;
  readonly clock: Pick<Clock, 'now'>;
}

export interface PasswordsOptions extends PasswordTools {
  readonly sql: Sql;
}

/** Passwords in Postgres (migration `0008-accounts`). */
export const postgresPasswords = (options: PasswordsOptions): Passwords => {
  const { sql } = options;
  const check = (attempt: SignInAttempt): Promise<PasswordCheck> =>
    inTurn(options.turns, () => checkNow(options, attempt));
  const set = async (holder: AccountHolder, password: string): Promise<PasswordSetting> => {
    const hashed = await hashInTurn(options, password);
    if (hashed.kind === 'busy') return hashed;
    await writeHash(sql, holder, { hash: hashed.hash, now: options.clock.now() });
    return { kind: 'set' };
  };
  return {
    check,
    set,
    change: async (holder, { current, next }) => {
      const name = `own:${holder.kind}:${holder.id}`;
      const checked = await check({ name, holder, password: current });
      return checked.kind === 'correct' ? set(holder, next) : checked;
    },
    has: async (holder) => (await readHash(sql, holder)) !== null,
    remove: async ({ kind, id }) => {
      await sql.execute('DELETE FROM account.passwords WHERE holder_kind = $1 AND holder_id = $2', [
        kind,
        id,
      ]);
    },
  };
};

const inTurn = async <T>(turns: Turns, work: () => Promise<T>): Promise<T | Busy> => {
  const done = await turns.take(work);
  return done === 'busy' ? { kind: 'busy', retryAfterSeconds: retryAfterBusySeconds } : done;
};

/** Hashes as soon as it is its turn. */
export const hashInTurn = (
  { turns, hasher }: PasswordTools,
  password: string,
): Promise<{ readonly kind: 'hashed'; readonly hash: string } | Busy> =>
  inTurn(turns, async () => ({ kind: 'hashed', hash: await hasher.hash(password) }));

/** Sets or replaces the hash of somebody's password. */
export const writeHash = async (
  sql: Sql,
  { kind, id }: AccountHolder,
  { hash, now }: { readonly hash: string; readonly now: Instant },
): Promise<void> => {
  await sql.execute(
    `INSERT INTO account.passwords (holder_kind, holder_id, hash, changed_at)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (holder_kind, holder_id) DO UPDATE
       SET hash = excluded.hash, changed_at = excluded.changed_at`,
    [kind, id, hash, now],
  );
};

const readHash = async (sql: Sql, { kind, id }: AccountHolder): Promise<string | null> => {
  const rows = await sql.query(
    'SELECT hash FROM account.passwords WHERE holder_kind = $1 AND holder_id = $2',
    [kind, id],
  );
  return decodeRows(HashRow, rows)[0]?.hash ?? null;
};

/** Has no password, and is asked for one where the name is nobody's. */
const nobody: AccountHolder = { kind: 'system', id: '' };

/**
 * The same statements and one hash, whoever it is: nobody can tell by the time that it takes
 * whether there is such an account.
 */
const checkNow = async (
  { sql, hasher, clock }: PasswordsOptions,
  { name, holder, password }: SignInAttempt,
): Promise<PasswordCheck> => {
  const attempt = await takeTry(sql, name, clock.now());
  if (attempt.kind === 'paused') return attempt;
  const hash = await readHash(sql, holder ?? nobody);
  const isRight = await hasher.verify(hash ?? decoyHash, password);
  if (hash === null || holder === null || !isRight) return { kind: 'wrong' };
  await clearFailures(sql, name);
  if (hasher.isOutdated(hash)) {
    const { kind, id } = holder;
    await sql.execute(
      `UPDATE account.passwords SET hash = $4
        WHERE holder_kind = $1 AND holder_id = $2 AND hash = $3`,
      [kind, id, hash, await hasher.hash(password)],
    );
  }
  return { kind: 'correct' };
};
