import { type Brand, branded } from './brand.js';

/**
 * Personal data as it stands in events and read models: a text that only `ports/personal-data.ts`
 * can open, and nobody once the key of its subject is destroyed. Decisions never look into it.
 *
 * The number is that of the form; the rest are at least the 36 bytes that every form 1 has.
 */
export const Sealed = branded('Sealed', /^sealed\.1\.[A-Za-z0-9_-]{48,}$/);
export type Sealed = Brand<'Sealed'>;
