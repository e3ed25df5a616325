import type { IndexValue } from '../domain/shared/index-value.js';
import type { Instant } from '../domain/shared/instant.js';
import type { Sealed } from '../domain/shared/sealed.js';

/**
 * Whose data it is. Each subject has a key of its own; the kind is part of the name, because a
 * user and somebody of the staff may have the same id.
 */
export type Subject = `user:${string}` | `staff:${string}` | `partner:${string}`;

/** One sealed text, and where it stands: it opens nowhere else. */
export interface SealedItem {
  readonly subject: Subject;
  /** What was said when it was sealed, as `profile`. */
  readonly field: string;
  readonly sealed: Sealed;
}

/**
 * Personal data is sealed with a key of its subject, and a key can be destroyed. That is how data
 * is erased from a log that never changes, and from all copies of it, at once.
 */
export interface PersonalData {
  /**
   * Seals a text; the subject's key is made at the first one. The same text gives another result
   * each time. An unpaired surrogate becomes U+FFFD, as everywhere on its way to bytes.
   *
   * @throws KeyDestroyed when the subject's data has been erased: nothing can be added to it.
   */
  seal(subject: Subject, field: string, text: string): Promise<Sealed>;

  /**
   * The text, or `null` when there is no key for it any more: it was destroyed, or was lost with
   * the database (an error in the log then says so).
   *
   * @throws PersonalDataDamaged when the key is there and does not fit: another field, or bytes
   *   that somebody changed.
   */
  open(subject: Subject, field: string, sealed: Sealed): Promise<string | null>;

  /** The same for many, in their order, with one look at the keys. */
  openMany(items: readonly SealedItem[]): Promise<readonly (string | null)[]>;

  /**
   * Erases everything that was ever sealed for the subject, for ever, and lets nothing more be
   * sealed. Safe to repeat; a subject without a key is closed as well. When it resolves, this
   * instance opens nothing any more; others follow as soon as the database tells them.
   */
  destroyKey(subject: Subject, at: Instant): Promise<void>;
}

/** The subject's key was destroyed. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';

  constructor(subject: Subject) {
    super(`the key of ${subject} was destroyed, nothing can be sealed for it`);
  }
}

/** A seal, or a wrapped key, is not as it was made. The message holds nothing of the content. */
export class PersonalDataDamaged extends Error {
  override readonly name = 'PersonalDataDamaged';
}

/** What a text is an index of; the same text of two kinds has two indexes. */
export type IndexedKind = 'identifier' | 'username' | 'device' | 'external';

/**
 * Equality without plain text. Whoever holds the key of the index can test a guess against it, so
 * an index hides a telephone number from readers of the log, not from this program.
 */
export interface BlindIndex {
  /** Normalise the text first: the index sees every difference. */
  of(kind: IndexedKind, text: string): IndexValue;
}
