import { DatabaseError, type DatabaseErrorKind } from '../../ports/database.js';

/** How often, and how far apart, something is tried again. */
export interface RetryBounds {
  readonly attemptsMax: number;
  readonly delayMsMin: number;
  readonly delayMsMax: number;
}

interface RetryableCode extends RetryBounds {
  readonly meaning: string;
  /**
   * The database has certainly rolled back, so that the transaction may simply run again. When
   * this is false, only somebody who can look up what happened may try again.
   */
  readonly rolledBack: boolean;
}

/** Our own code for what `pg` only has words for: a connection that ended under a statement. */
const connectionLost = 'CONNECTION_LOST';

const contention = { attemptsMax: 8, delayMsMin: 5, delayMsMax: 250, rolledBack: true };
const restart = { attemptsMax: 20, delayMsMin: 100, delayMsMax: 5_000, rolledBack: false };
const crowd = { attemptsMax: 20, delayMsMin: 50, delayMsMax: 2_000, rolledBack: false };

/**
 * Every error code that may vanish by itself, with the bounds of trying again. Contention is over
 * within milliseconds; a server restart takes seconds; too many connections end when others close.
 */
export const retryableCodes: Readonly<Record<string, RetryableCode>> = {
  '40001': { ...contention, meaning: 'serialization_failure' },
  '40P01': { ...contention, meaning: 'deadlock_detected' },
  '55P03': { ...contention, meaning: 'lock_not_available' },
  '53300': { ...crowd, meaning: 'too_many_connections' },
  '57P01': { ...restart, meaning: 'admin_shutdown' },
  '57P02': { ...restart, meaning: 'crash_shutdown' },
  '57P03': { ...restart, meaning: 'cannot_connect_now' },
  '57P05': { ...restart, meaning: 'idle_session_timeout' },
  '25P03': { ...restart, meaning: 'idle_in_transaction_session_timeout' },
  '08000': { ...restart, meaning: 'connection_exception' },
  '08001': { ...restart, meaning: 'sqlclient_unable_to_establish_sqlconnection' },
  '08003': { ...restart, meaning: 'connection_does_not_exist' },
  '08004': { ...restart, meaning: 'sqlserver_rejected_establishment_of_sqlconnection' },
  '08006': { ...restart, meaning: 'connection_failure' },
  ECONNREFUSED: { ...restart, meaning: 'nobody listens there (yet)' },
  ECONNRESET: { ...restart, meaning: 'the connection was cut' },
  EPIPE: { ...restart, meaning: 'the connection was cut while writing' },
  ETIMEDOUT: { ...restart, meaning: 'the network did not answer' },
  [connectionLost]: { ...restart, meaning: 'pg noticed that its connection has ended' },
};

const lostConnectionWords =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying/;

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return lostConnectionWords.test(error.message) ? connectionLost : 'UNKNOWN';
};

/** Classes 22 (data exception) and 23 (integrity constraint) blame the values. */
const kindOf = (code: string): DatabaseErrorKind => {
  if (Object.hasOwn(retryableCodes, code)) return 'trouble';
  return /^2[23]...$/.test(code) ? 'data' : 'fault';
};

/** Translates whatever `pg` throws; an error that is already translated stays as it is. */
export const toDatabaseError = (error: unknown): DatabaseError => {
  if (error instanceof DatabaseError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return new DatabaseError(kindOf(code), code, message, { cause: error });
};

/**
 * Milliseconds to wait before the transaction may run again, or `null` when it must not: the
 * error is none of contention, or it has been tried often enough.
 */
export const repeatAfterMs = (error: unknown, attempt: number): number | null => {
  if (!(error instanceof DatabaseError)) return null;
  const bounds = retryableCodes[error.code];
  if (bounds === undefined || !bounds.rolledBack || attempt >= bounds.attemptsMax) return null;
  return Math.min(bounds.delayMsMin * 2 ** (attempt - 1), bounds.delayMsMax);
};
