import * as t from 'io-ts';
import type { Upcaster } from './events.js';
import { Sealed } from './sealed.js';

/** Words of the first events, which stand in the log as they were typed. */
export const TypedWords = t.strict({ typed: t.string }, 'TypedWords');

/**
 * What somebody wrote in their own words. They may tell who it is about, so they are sealed with
 * that person's key before they are stored; decisions never look into them.
 */
export const StoredWords = t.union([Sealed, TypedWords], 'StoredWords');
export type StoredWords = t.TypeOf<typeof StoredWords>;

/** The text of a row: sealed, or as it was typed once. */
export const rowTextOf = (words: StoredWords | null): string | null =>
  words === null || Sealed.is(words) ? words : words.typed;

const changeField = (
  data: unknown,
  field: string,
  change: (value: unknown) => unknown,
): unknown => {
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === field ? change(value) : value]),
  );
};

const typed = (words: unknown): unknown => (typeof words === 'string' ? { typed: words } : words);

/** Lifts data in which this field, of the data or of one of its parts, was plain text. */
export const wordsTypedIn =
  (field: string, part?: { readonly name: string; readonly kind: string }): Upcaster =>
  (data) => {
    if (part === undefined) return changeField(data, field, typed);
    return changeField(data, part.name, (value) =>
      typeof value === 'object' && value !== null && 'kind' in value && value.kind === part.kind
        ? changeField(value, field, typed)
        : value,
    );
  };
