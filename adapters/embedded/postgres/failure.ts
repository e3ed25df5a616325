/** Why an embedded Postgres does not run; `message` is one line for the person at the terminal. */
export type EmbeddedPostgresFailureKind =
  | 'PortTaken'
  | 'FolderInUse'
  | 'FolderUnreadable'
  | 'FolderIncompatible'
  | 'PlatformUnsupported'
  | 'StartFailed';

export class EmbeddedPostgresFailure extends Error {
  override readonly name = 'EmbeddedPostgresFailure';

  constructor(
    readonly kind: EmbeddedPostgresFailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message.replace(/\s*\n\s*/g, ' ').trim(), options);
  }
}
