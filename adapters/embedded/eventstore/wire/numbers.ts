/**
 * Numbers on the wire are decimal texts of 64 bit integers. Inside the node positions and
 * revisions are JavaScript numbers: a log would need 2^53 events before that matters. Larger
 * values only occur as markers ("end", "no position", the tombstone's revision) and are clamped.
 */

/** The revision of a tombstone inside the node; on the wire it is 2^63 - 1. */
export const TOMBSTONE_REVISION = Number.MAX_SAFE_INTEGER;

/** The revision of a tombstone on the wire, also the `$tb` that marks a soft delete. */
export const TOMBSTONE_REVISION_TEXT = '9223372036854775807';

const DECIMAL = /^\d{1,20}$/;
const NOT_NEGATIVE_SAFE_DIGITS = 15;

/** Reads an unsigned decimal text; values beyond 2^53 - 1 become 2^53 - 1. */
export function parseUnsigned(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  if (text.length <= NOT_NEGATIVE_SAFE_DIGITS) return Number(text);
  const exact = BigInt(text);
  return exact > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(exact);
}

/** The wire form of a revision. */
export function revisionText(revision: number): string {
  return revision === TOMBSTONE_REVISION ? TOMBSTONE_REVISION_TEXT : String(revision);
}

/** Milliseconds since the epoch as ticks of 100 ns; never rounded up. */
export function ticksText(epochMs: number): string {
  return `${Math.floor(epochMs)}0000`;
}
