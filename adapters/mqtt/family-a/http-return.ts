/** An accepted return as the cabinet tells it over HTTP (§10.3). */

import * as E from 'fp-ts/lib/Either.js';
import type { BankReturnedReport } from '../../../ports/cabinet-driver.js';

const SERIAL = /^[1-9][0-9]{0,9}$/;
const SERIAL_MAX = 0xffffffff;
const SLOT = /^[0-9]{1,3}$/;
const SLOT_MAX = 255;

/** Decoded query parameters of the call; anything may be missing or odd. */
export interface HttpReturnParameters {
  readonly singleSN?: string | undefined;
  readonly hole?: string | undefined;
}

/** The report of the call; cabinets make it only for returns they have accepted. */
export const reportOfHttpReturn = ({
  singleSN,
  hole,
}: HttpReturnParameters): E.Either<'bad_serial' | 'bad_slot', BankReturnedReport> => {
  if (singleSN === undefined || !SERIAL.test(singleSN) || Number(singleSN) > SERIAL_MAX) {
    return E.left('bad_serial');
  }
  if (hole === undefined || !SLOT.test(hole) || Number(hole) > SLOT_MAX) return E.left('bad_slot');
  return E.right({
    kind: 'bankReturned',
    bankSerial: singleSN,
    slot: Number(hole),
    accepted: true,
    settled: true,
    batteryPercent: null,
    channel: 'http',
    rawState: null,
  });
};
