import type { Position } from '../../ports/event-store.js';
import { cookieNamed } from '../../ports/http/cookie.js';
import type { Fault } from '../../ports/http/faults.js';
import type { RouteFacts } from '../../ports/http/route.js';
import { parseWait } from './prefer.js';

/** Headers of a request that a route may honour; all absent ones are `null`. */
export interface HonouredHeaders {
  readonly idempotencyKey: string | null;
  readonly minPosition: Position | null;
  readonly waitSeconds: number | null;
  readonly cookie: string | null;
}

interface HeaderReading {
  readonly headers: HonouredHeaders;
  readonly faults: readonly Fault[];
}

/** Printable ASCII without blanks at the ends; a UUID is what clients should send. */
const keyPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;
/** Positions are unsigned 64-bit numbers (architecture 3.10). */
const positionPattern = /^\d{1,20}$/;
const positionMax = 2n ** 64n - 1n;

/** Reads the headers that the route honours; the others are not looked at. */
export const readHeaders = (
  route: RouteFacts,
  header: (name: string) => string,
  waitSecondsMax: number,
): HeaderReading => {
  const faults: Fault[] = [];
  const keyText = route.idempotency === 'required' ? header('idempotency-key').trim() : '';
  if (keyText !== '' && !keyPattern.test(keyText)) {
    faults.push({
      path: 'header.idempotency-key',
      message: 'must be 1 to 128 printable ASCII characters',
    });
  }
  const positionText = route.minPosition === true ? header('x-min-position').trim() : '';
  const minPosition = parsePosition(positionText);
  if (positionText !== '' && minPosition === null) {
    faults.push({
      path: 'header.x-min-position',
      message: 'must be a position that an earlier X-Position named',
    });
  }
  const waitSeconds = route.wait === true ? parseWait(header('prefer'), waitSecondsMax) : null;
  const idempotencyKey = keyText === '' ? null : keyText;
  const cookie = route.cookie === undefined ? null : cookieNamed(header('cookie'), route.cookie);
  return { headers: { idempotencyKey, minPosition, waitSeconds, cookie }, faults };
};

const parsePosition = (text: string): Position | null => {
  if (!positionPattern.test(text)) return null;
  const position = BigInt(text);
  return position <= positionMax ? position : null;
};
