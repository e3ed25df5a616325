/**
 * Names of accounts that hledger, ledger and beancount all accept, and the way back. The strictest
 * is beancount: five roots, and parts of letters, digits and `-` that begin with a capital or a
 * digit. A code such as `liabilities:wallets:u_7` becomes `Liabilities:Wallets:U--7`.
 *
 * In the part that names an owner
 * - `-` stays `-`, and `_` becomes `--`, where a letter or a digit follows;
 * - every other character, and these two elsewhere, becomes `---` and its number in hexadecimal;
 * - a small letter in front becomes a capital, except `x`; a digit in front stays;
 * - whatever else is in front, capitals above all, gets an `X` before it.
 *
 * Each run of dashes is therefore one character of the owner, and no two codes share a name.
 */

import { AccountCode } from '../../domain/ledger/index.js';

const letterOrDigit = /[A-Za-z0-9]/;
/** Written as a capital; `x` is not, since an X in front is the mark. */
const smallStart = /^[a-wyz]/;
const digitStart = /^[0-9]/;
const startMark = 'X';

const hexOf = (character: string): string =>
  character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');

const encodeCharacter = (character: string, index: number, all: readonly string[]): string => {
  if (letterOrDigit.test(character)) return character;
  const endsRun = letterOrDigit.test(all[index + 1] ?? '');
  if (character === '-' && endsRun) return '-';
  if (character === '_' && endsRun) return '--';
  return `---${hexOf(character)}`;
};

const encodeOwner = (owner: string): string => {
  const encoded = owner.split('').map(encodeCharacter).join('');
  if (digitStart.test(encoded)) return encoded;
  if (!smallStart.test(encoded)) return `${startMark}${encoded}`;
  return `${encoded.charAt(0).toUpperCase()}${encoded.slice(1)}`;
};

const withoutStart = (part: string): string =>
  part.startsWith(startMark)
    ? part.slice(startMark.length)
    : `${part.charAt(0).toLowerCase()}${part.slice(1)}`;

const decodeOwner = (part: string): string =>
  withoutStart(part).replaceAll(/---([0-9A-F]{2})|--?/g, (run: string, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return run === '--' ? '_' : '-';
  });

/** Of words that are always in lower case. */
const capitalised = (words: string): string =>
  words.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());

/** The name of an account in an export. */
export const exportNameOf = (code: AccountCode): string => {
  const [accountClass = '', family = '', ...owner] = code.split(':');
  const name = `${capitalised(accountClass)}:${capitalised(family)}`;
  return owner.length === 0 ? name : `${name}:${encodeOwner(owner.join(':'))}`;
};

/** The account that a name in an export stands for; `null` when no account has that name. */
export const codeOfExportName = (name: string): AccountCode | null => {
  const [accountClass = '', family = '', ...owner] = name.split(':');
  const withoutOwner = `${accountClass}:${family}`.toLowerCase();
  const code =
    owner.length === 0 ? withoutOwner : `${withoutOwner}:${decodeOwner(owner.join(':'))}`;
  return AccountCode.is(code) && exportNameOf(code) === name ? code : null;
};
