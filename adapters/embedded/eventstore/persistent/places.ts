/**
 * Places in a source as text: the revision in a stream, `C:<commit>/P:<prepare>` in `$all`.
 * Checkpoints, the configuration and the answers to callers use the same notation.
 */
import { parseUnsigned, revisionText } from '../wire/numbers.js';
import type { GroupStart, SourceName } from './settings.js';

const POSITION = /^C:(?<commit>-?\d+)\/P:-?\d+$/;
const END = '-1';

/** The text of a revision or position. */
export function placeText(source: SourceName, at: number): string {
  return source.kind === 'all' ? positionText(String(at)) : revisionText(at);
}

/** Reads such a text; nothing if it is none. */
export function parsePlace(source: SourceName, text: string): number | undefined {
  return parseUnsigned(numberIn(source, text));
}

/** The text of a starting point. */
export function startText(source: SourceName, start: GroupStart): string {
  if (start !== 'end') return placeText(source, start);
  return source.kind === 'all' ? positionText(END) : END;
}

/** Reads the text of a starting point; nothing if it is none. */
export function parseStart(source: SourceName, text: string): GroupStart | undefined {
  return numberIn(source, text) === END ? 'end' : parsePlace(source, text);
}

function positionText(number: string): string {
  return `C:${number}/P:${number}`;
}

function numberIn(source: SourceName, text: string): string {
  return source.kind === 'all' ? (POSITION.exec(text)?.groups?.commit ?? '') : text;
}
