/** When a simulated cabinet does what; the defaults are those of real ones (protocol §11). */

import { setTimeout as delay } from 'node:timers/promises';

export interface CabinetTimings {
  readonly heartbeatMs: number;
  readonly firstUploadMs: number;
  readonly uploadMs: number;
  /** From the command to the moment in which the bank has left. */
  readonly ejectMs: number;
  /** Pause before provisioning and connecting once more. */
  readonly reconnectMs: number;
}

export const REAL_TIMINGS: CabinetTimings = {
  heartbeatMs: 600_000,
  firstUploadMs: 60_000,
  uploadMs: 1_200_000,
  ejectMs: 1_500,
  reconnectMs: 5_000,
};

/** Waits; false when the signal ended the wait. */
export const pause = async (milliseconds: number, signal: AbortSignal): Promise<boolean> => {
  if (signal.aborted) return false;
  try {
    await delay(milliseconds, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
};
