import { brandOrThrow } from '../../domain/shared/brand.js';
import { IndexValue } from '../../domain/shared/index-value.js';
import { Sealed } from '../../domain/shared/sealed.js';

/** Something sealed, for those who never open it. Equal marks make equal texts. */
export const sealed = (mark: string): Sealed =>
  brandOrThrow(Sealed, `sealed.1.${Buffer.from(mark.padEnd(48, '.')).toString('base64url')}`);

/** A blind index, for those who only compare it. */
export const indexOf = (mark: string): IndexValue =>
  brandOrThrow(IndexValue, Buffer.from(mark).toString('hex').padEnd(64, '0').slice(0, 64));
