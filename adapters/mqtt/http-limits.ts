/** How often cabinets, and those who pretend to be some, may call. */

import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';

export interface CabinetHttpLimits {
  /** Calls a minute from one address. Many cabinets share one behind a mobile network. */
  readonly callsPerSourceMax: number;
  /** Calls a minute of one cabinet; in health it is one in twenty minutes. */
  readonly callsPerDeviceMax: number;
  /** Credentials handed to one cabinet in ten minutes: for some restarts in a row. */
  readonly provisioningsPerDeviceMax: number;
}

export const usualLimits: CabinetHttpLimits = {
  callsPerSourceMax: 600,
  callsPerDeviceMax: 60,
  provisioningsPerDeviceMax: 10,
};

const minuteSeconds = 60;
const provisioningWindowSeconds = 600;

export interface CallLimiter {
  /** Counts a call; false when it is one too many. */
  source(address: string): Promise<boolean>;
  device(deviceName: string): Promise<boolean>;
  provisioning(deviceName: string): Promise<boolean>;
}

/** Over the limit the library rejects; in memory it rejects for no other reason. */
const isWithin = async (limiter: RateLimiterAbstract, key: string): Promise<boolean> =>
  limiter.consume(key).then(
    () => true,
    () => false,
  );

/**
 * Counted in this process only: the limits protect it, and the credentials are the same whoever
 * hands them out.
 */
export const createCallLimiter = (limits: CabinetHttpLimits): CallLimiter => {
  const limiter = (points: number, duration: number): RateLimiterAbstract =>
    new RateLimiterMemory({ points, duration });
  const bySource = limiter(limits.callsPerSourceMax, minuteSeconds);
  const byDevice = limiter(limits.callsPerDeviceMax, minuteSeconds);
  const provisionings = limiter(limits.provisioningsPerDeviceMax, provisioningWindowSeconds);
  return {
    source: (address) => isWithin(bySource, address),
    device: (deviceName) => isWithin(byDevice, deviceName),
    provisioning: (deviceName) => isWithin(provisionings, deviceName),
  };
};
