import { type Brand, branded } from './brand.js';

/**
 * A blind index, see `ports/personal-data.ts`: equal for equal texts, and nothing else can be seen
 * in it. What the domain compares where it must not know the text.
 */
export const IndexValue = branded('IndexValue', /^[0-9a-f]{64}$/);
export type IndexValue = Brand<'IndexValue'>;
