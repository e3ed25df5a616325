/** From what a cabinet says to its bytes; used by simulated cabinets and by property tests. */

import type { DecodedFrame } from './decoded.js';
import { writePopupSlot, writePopupSn } from './eject-results.js';
import { sealFrame } from './frame.js';
import { writeHeartbeat } from './heartbeat.js';
import { writeInventory } from './inventory.js';
import { writeReturn, writeReturnSelfTest } from './returns.js';
import { writeWifiList } from './wifi.js';

const writeData = (decoded: DecodedFrame): readonly number[] => {
  switch (decoded.kind) {
    case 'inventory':
      return writeInventory(decoded);
    case 'popup_slot':
      return writePopupSlot(decoded);
    case 'popup_sn':
      return writePopupSn(decoded);
    case 'return':
      return writeReturn(decoded);
    case 'return_selftest':
      return writeReturnSelfTest(decoded);
    case 'heartbeat':
      return writeHeartbeat(decoded);
    case 'wifi_list':
      return writeWifiList(decoded);
  }
};

/**
 * Encodes one frame.
 *
 * `decodeFrame(encodeFrame(x))` is `x` for every `x` that a decoder can give. The other way round
 * the bytes come back except where the canonical form folds codes together: readings of empty
 * slots, the two spellings of an unknown temperature, invalid charges, reserved bytes of `28`.
 */
export const encodeFrame = (decoded: DecodedFrame): Uint8Array =>
  sealFrame(decoded.command, writeData(decoded));
