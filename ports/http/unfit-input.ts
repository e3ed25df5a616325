/**
 * What no operation can want, whatever its codecs let through: they look at the members they know,
 * but the fingerprint of a request is made of all of it.
 */

/** Deeper than any value of ours; far deeper ones end the stack of whoever walks through them. */
const depthMax = 32;

const tooDeep = `must not be deeper than ${depthMax} levels`;
const noText = 'must not hold NUL, or half of a surrogate pair';

/** NUL ends texts in C and is none in Postgres; half of a surrogate pair is no character. */
const isUnfitText = (text: string): boolean =>
  text.includes('\u0000') || /\p{Surrogate}/u.test(text);

interface Level {
  readonly value: unknown;
  readonly depth: number;
}

/**
 * Why nobody should look at a value any closer; `null` when somebody may. Goes through it without
 * recursion, since its depth is what is to be found out.
 */
export const unfitness = (root: unknown): string | null => {
  const waiting: Level[] = [{ value: root, depth: 0 }];
  for (let level = waiting.pop(); level !== undefined; level = waiting.pop()) {
    const { value, depth } = level;
    if (typeof value === 'string' && isUnfitText(value)) return noText;
    if (typeof value !== 'object' || value === null) continue;
    if (depth === depthMax) return tooDeep;
    const members: readonly (readonly [string, unknown])[] = Object.entries(value);
    for (const [name, member] of members) {
      if (isUnfitText(name)) return noText;
      waiting.push({ value: member, depth: depth + 1 });
    }
  }
  return null;
};
