/** List of Wi-Fi networks in range, command `CF` (§7). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { COMMAND_CODES, type DecodedWifiList } from './decoded.js';
import type { FrameError } from './frame.js';

const BRACKETS = 2;
const SsidList = t.array(t.string);

const asJsonStrings = (inner: string): readonly string[] | undefined => {
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(`[${inner}]`),
    () => 'not_json' as const,
  );
  return E.isRight(parsed) && SsidList.is(parsed.right) ? parsed.right : undefined;
};

/** Firmware that does not escape quotes makes invalid JSON; the quoted parts still read well. */
const asQuotedParts = (inner: string): readonly string[] =>
  inner
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part.length >= 2 && part.startsWith('"') && part.endsWith('"'))
    .map((part) => part.slice(1, -1));

export const readWifiList = (data: Uint8Array): E.Either<FrameError, DecodedWifiList> => {
  // A name may hold anything, so broken UTF-8 becomes U+FFFD and a byte order mark stays.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  const characters = Array.from(text);
  if (characters.length < BRACKETS) return E.left('bad_layout');
  // The first and last character are dropped whatever they are: only the list between matters.
  const inner = characters.slice(1, -1).join('');
  return E.right({
    command: COMMAND_CODES.wifi_list,
    kind: 'wifi_list',
    ssids: asJsonStrings(inner) ?? asQuotedParts(inner),
  });
};

export const writeWifiList = (list: DecodedWifiList): readonly number[] => [
  ...new TextEncoder().encode(JSON.stringify(list.ssids)),
];
