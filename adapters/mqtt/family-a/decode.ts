/** From the bytes of one cabinet message to what they say. */

import * as E from 'fp-ts/lib/Either.js';
import { COMMAND_CODES, type DecodedFrame } from './decoded.js';
import { readPopupSlot, readPopupSn } from './eject-results.js';
import { type Frame, type FrameError, openFrame } from './frame.js';
import { readHeartbeat } from './heartbeat.js';
import { readInventory } from './inventory.js';
import { readReturn, readReturnSelfTest } from './returns.js';
import { readWifiList } from './wifi.js';

const readData = ({ command, data }: Frame): E.Either<FrameError, DecodedFrame> => {
  switch (command) {
    case COMMAND_CODES.inventory:
      return readInventory(data);
    case COMMAND_CODES.popup_slot:
      return readPopupSlot(data);
    case COMMAND_CODES.return_selftest:
      return readReturnSelfTest(data);
    case COMMAND_CODES.popup_sn:
      return readPopupSn(data);
    case COMMAND_CODES.return:
      return readReturn(data);
    case COMMAND_CODES.heartbeat:
      return readHeartbeat(data);
    case COMMAND_CODES.wifi_list:
      return readWifiList(data);
    default:
      return E.left('unknown_command');
  }
};

/**
 * Decodes one uplink payload or upload body, which is exactly one frame (§2).
 *
 * Left is the name of the first check that failed, in the order of §2.1. Never throws.
 */
export const decodeFrame = (bytes: Uint8Array): E.Either<FrameError, DecodedFrame> =>
  E.chain(readData)(openFrame(bytes));
