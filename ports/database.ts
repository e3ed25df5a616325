/** A row as it comes from the database: nothing in it is decoded yet (see `ports/rows.ts`). */
export type Row = Readonly<Record<string, unknown>>;

/** Whatever can run one statement: the database itself, or a transaction on it. */
export interface Sql {
  /**
   * Runs one statement and answers its rows; `$1`, `$2` … stand for `values`. One with a name is
   * parsed and planned once a connection: for the few that run all the time, whose text never
   * changes and whose best plan does not depend on the values. A name stands for one text.
   */
  query(text: string, values?: readonly unknown[], name?: string): Promise<readonly Row[]>;
  /** Runs one statement and answers how many rows it wrote or found. */
  execute(text: string, values?: readonly unknown[], name?: string): Promise<number>;
}

export interface Transaction extends Sql {
  /** All of `work` or nothing of it; the transaction can go on either way. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

export interface LockedWork<T> {
  /** Gives up waiting for the lock, or the work itself. */
  readonly signal: AbortSignal;
  /**
   * Runs while the lock is held. `held` aborts when `signal` does, and when the session that
   * holds the lock is lost: somebody else may hold it from then on, so the work must stop.
   */
  readonly work: (held: AbortSignal) => Promise<T>;
}

/** What a transaction begins and ends with. */
export interface TransactionEnds<T> {
  readonly opening: string;
  /** `null` where the result of the work leaves nothing to be done. */
  readonly closing: (result: T) => string | null;
}

export interface Database extends Sql {
  /**
   * Runs `work` in one transaction, again (bounded) when the database says that it could not be
   * serialised with others. A failure of the connection is not repeated: it may have committed.
   *
   * With `ends`, statements without values are sent together with its beginning and its end, which
   * saves two round trips; the work gets the rows of the first.
   */
  transaction<T>(
    work: (transaction: Transaction, opened: readonly Row[]) => Promise<T>,
    ends?: TransactionEnds<T>,
  ): Promise<T>;

  /** Runs `work` while no other session, of this or another program, holds the same name. */
  withAdvisoryLock<T>(name: string, work: LockedWork<T>): Promise<T>;

  /** Calls `onMessage` for each `NOTIFY` on `channel` until `signal` aborts; reconnects. */
  listen(channel: string, options: ListenOptions): Promise<void>;
}

export interface ListenOptions {
  readonly signal: AbortSignal;
  readonly onMessage: (payload: string) => void;
  /** Listening has begun, or begun again after a lost connection: messages may be missing. */
  readonly onListening?: () => void;
  /** Nobody listens any more, until `onListening` is called again, or because of `signal`. */
  readonly onLost?: () => void;
}

/**
 * Why a statement failed, in three drawers:
 *
 * - `trouble`: the world (connection, contention); the same may succeed a moment later.
 * - `data`: these values can never be stored (a constraint, a number out of range).
 * - `fault`: the program or its schema is wrong (a missing table, a syntax error, no right).
 */
export type DatabaseErrorKind = 'trouble' | 'data' | 'fault';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly kind: DatabaseErrorKind,
    /** SQLSTATE, or the code of the socket's error. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
