/** Why a node did not start: each with one line that says what to do about it. */

export type StartErrorKind =
  | 'invalid-options'
  | 'address-in-use'
  | 'address-unavailable'
  | 'folder-in-use'
  | 'folder-unusable'
  | 'folder-damaged'
  | 'tls-unusable'
  | 'users-unusable';

/** Rejects `startEventStoreNode`. */
export class EventStoreStartError extends Error {
  override readonly name = 'EventStoreStartError';

  constructor(
    readonly kind: StartErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
