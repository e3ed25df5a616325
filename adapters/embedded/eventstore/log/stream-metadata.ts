/**
 * Stream metadata: the JSON in the last event of `$$<stream>`.
 *
 * Integers matter to the digit here: `$tb` = 2^63 - 1 marks a soft delete, and a number beyond 64
 * bits makes the whole metadata void, because JavaScript clients turn the marker into such a
 * number when they write it back. `JSON.parse` alone cannot tell the two apart, so integers are
 * also looked at as text.
 */
import { TOMBSTONE_REVISION, TOMBSTONE_REVISION_TEXT } from '../wire/numbers.js';
import { parseStreamAcl, type StreamAcl } from './stream-acl.js';

const METADATA_PREFIX = '$$';
const INTEGER_64_MAX = 2n ** 63n - 1n;
const INTEGER_64_MIN = -(2n ** 63n);
/** Strings, numbers and the brackets that change the depth. */
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\]]/gs;
const INTEGER = /^-?\d+$/;
const MS_PER_SECOND = 1000;

/** The part of a stream's metadata that the node acts on. */
export interface StreamMetadata {
  /** Only the last so many events are visible. */
  readonly maxCount?: number;
  /** Only events of this age or younger are visible, milliseconds. */
  readonly maxAgeMs?: number;
  /** Only events from this revision on are visible; `TOMBSTONE_REVISION` if soft deleted. */
  readonly truncateBefore?: number;
  /** Who may do what, on a node with users. */
  readonly acl?: StreamAcl;
}

/** What holds for a stream without metadata. */
export const NO_METADATA: StreamMetadata = {};

/** The data that soft deletes a stream. */
export const SOFT_DELETE_DATA = Buffer.from(`{"$tb":${TOMBSTONE_REVISION_TEXT}}`, 'utf8');

/** The name of a stream's metadata stream. */
export function metadataStreamOf(streamName: string): string {
  return METADATA_PREFIX + streamName;
}

/** The stream that a metadata stream describes, or nothing if this is none. */
export function describedStream(streamName: string): string | undefined {
  return streamName.startsWith(METADATA_PREFIX)
    ? streamName.slice(METADATA_PREFIX.length)
    : undefined;
}

/** Whether the metadata marks the stream as soft deleted. */
export function isSoftDeleted(metadata: StreamMetadata): boolean {
  return metadata.truncateBefore === TOMBSTONE_REVISION;
}

/** Reads the JSON of a metadata event; whatever cannot be understood counts as absent. */
export function parseStreamMetadata(data: Uint8Array): StreamMetadata {
  const text = Buffer.from(data).toString('utf8');
  const json = parseJsonObject(text);
  if (json === undefined || hasOversizedInteger(text)) return NO_METADATA;
  const maxCount = positiveInteger(json.$maxCount);
  const maxAge = positiveInteger(json.$maxAge);
  const truncateBefore = positiveInteger(json.$tb);
  const acl = parseStreamAcl(json.$acl);
  return {
    ...(maxCount !== undefined && { maxCount }),
    ...(maxAge !== undefined && { maxAgeMs: maxAge * MS_PER_SECOND }),
    ...(truncateBefore !== undefined && { truncateBefore }),
    ...(acl !== undefined && { acl }),
  };
}

/**
 * The same JSON with `$tb` set to a revision, all else byte for byte as it was. Nothing if the
 * data is no JSON object.
 */
export function withTruncateBefore(data: Uint8Array, revision: number): Buffer | undefined {
  const text = Buffer.from(data).toString('utf8');
  const json = parseJsonObject(text);
  if (json === undefined) return undefined;
  const value = numberAfterTopLevelKey(text, '"$tb"');
  if (value !== undefined) {
    return Buffer.from(text.slice(0, value.start) + String(revision) + text.slice(value.end));
  }
  // A `$tb` that is no number is overruled by a later one: the last of equal keys counts.
  const end = text.lastIndexOf('}');
  const comma = Object.keys(json).length === 0 ? '' : ',';
  return Buffer.from(`${text.slice(0, end)}${comma}"$tb":${revision}${text.slice(end)}`);
}

/** Reads a JSON object; anything else is nothing. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch (error) {
    // Only the parser's own complaint means "no metadata"; anything else is a bug.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function positiveInteger(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0) return undefined;
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

function hasOversizedInteger(text: string): boolean {
  for (const [token] of text.matchAll(JSON_TOKEN)) {
    if (!INTEGER.test(token)) continue;
    const value = BigInt(token);
    if (value > INTEGER_64_MAX || value < INTEGER_64_MIN) return true;
  }
  return false;
}

function numberAfterTopLevelKey(
  text: string,
  key: string,
): { start: number; end: number } | undefined {
  let depth = 0;
  let keyEnd = -1;
  let found: { start: number; end: number } | undefined;
  for (const match of text.matchAll(JSON_TOKEN)) {
    const token = match[0];
    const between = keyEnd < 0 ? '' : text.slice(keyEnd, match.index).trim();
    if (depth === 1 && between === ':' && /^[-\d]/.test(token)) {
      found = { start: match.index, end: match.index + token.length };
    }
    keyEnd = depth === 1 && token === key ? match.index + token.length : -1;
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
  }
  return found;
}
