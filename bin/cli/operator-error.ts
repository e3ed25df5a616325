import { EventStoreStartError } from '../../adapters/embedded/eventstore/index.js';
import { EmbeddedPostgresFailure } from '../../adapters/embedded/postgres/index.js';
import { ConnectionStringUnusable } from '../../adapters/eventstore/index.js';
import { SchemaTooNew } from '../../adapters/postgres/index.js';
import { redactText } from '../../adapters/redaction.js';
import { DatabaseError } from '../../ports/database.js';
import { EventStoreUnavailable } from '../../ports/event-store.js';
import { settings } from '../config/settings.js';

interface OperatorErrorOptions extends ErrorOptions {
  /** 1 unless a command says more by it. */
  readonly exitCode?: number;
}

/** Something that the person at the terminal can mend: told in its lines, without a stack. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly exitCode: number;

  constructor(
    readonly lines: readonly string[],
    { exitCode = 1, ...options }: OperatorErrorOptions = {},
  ) {
    super(lines.join('\n'), options);
    this.exitCode = exitCode;
  }
}

/** One line that begins with the setting which would mend it. */
const about = (setting: { readonly name: string }, cause: Error): OperatorError =>
  new OperatorError([`${setting.name}: ${redactText(cause.message)}`], { cause });

const ofNode = (failure: EventStoreStartError): OperatorError => {
  switch (failure.kind) {
    case 'address-in-use':
    case 'address-unavailable':
    case 'invalid-options':
      return about(settings.embeddedEsdbPort, failure);
    case 'folder-in-use':
    case 'folder-unusable':
      return about(settings.dataDir, failure);
    case 'folder-damaged':
      return about(
        settings.dataDir,
        new Error(`${failure.message}: powerbank eventstore restore`, { cause: failure }),
      );
    case 'tls-unusable':
    case 'users-unusable':
      return new OperatorError([failure.message], { cause: failure });
  }
};

const ofPostgres = (failure: EmbeddedPostgresFailure): OperatorError => {
  switch (failure.kind) {
    case 'PortTaken':
      return about(settings.embeddedPostgresPort, failure);
    case 'FolderInUse':
    case 'FolderUnreadable':
    case 'FolderIncompatible':
      return about(settings.dataDir, failure);
    case 'PlatformUnsupported':
      return about(settings.databaseUrl, failure);
    case 'StartFailed':
      return new OperatorError([failure.message], { cause: failure });
  }
};

const fileErrors: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'ENOTDIR', 'EROFS', 'ENOSPC']);

const isFileError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && fileErrors.has(error.code);

/** The failure as the operator should read it; `null` when it is a bug and needs its stack. */
export const toOperatorError = (error: unknown): OperatorError | null => {
  if (error instanceof OperatorError) return error;
  if (error instanceof EventStoreStartError) return ofNode(error);
  if (error instanceof EmbeddedPostgresFailure) return ofPostgres(error);
  if (error instanceof SchemaTooNew) return about(settings.databaseUrl, error);
  if (error instanceof EventStoreUnavailable || error instanceof ConnectionStringUnusable) {
    return about(settings.esdbUrl, error);
  }
  if (error instanceof DatabaseError && error.kind === 'trouble') {
    return about(settings.databaseUrl, error);
  }
  // Paths in these messages are the operator's own; folders come from this one setting.
  return isFileError(error) ? about(settings.dataDir, error) : null;
};
