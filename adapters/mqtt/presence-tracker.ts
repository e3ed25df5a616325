/** Which cabinets are there: reachable for a command, and online for everybody else. */

import * as E from 'fp-ts/lib/Either.js';
import { type Instant, isAfter, plusMinutes, plusSeconds } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import { linkedAbort } from '../../ports/linked-abort.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import { DeskUnavailable, type StationDesk } from '../../ports/station-desk.js';
import type { Directory } from './directory.js';

/** Seconds between two looks for cabinets that have fallen silent. */
const lookEverySeconds = 60;
/** A message proves the connection that it came over for two heartbeat periods and a margin. */
const trafficProvesMinutes = 25;

/** What is known about a cabinet's connection to the broker. */
export type Connection = 'connected' | 'gone' | 'unknown';

export interface PresenceTracker {
  /** A valid message of a registered cabinet; over MQTT it proves its connection as well. */
  heard(deviceName: string, over: 'mqtt' | 'http', at: Instant): void;
  /** The broker tells of a connection or its end. */
  announced(deviceName: string, connected: boolean, at: Instant): void;
  /** We hear the broker since `at`, or not any more; connections change while we do not. */
  linkUp(at: Instant): void;
  linkDown(): void;
  connectionOf(deviceName: string): Connection;
  /** True as soon as the cabinet is connected, false when that has not come by `until`. */
  isConnectedBy(deviceName: string, until: Instant, signal: AbortSignal): Promise<boolean>;
  /** Declares silent stations offline until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Sighting {
  seenAt: Instant;
  /** When the broker announced the connection: it would announce its end as well. */
  isAnnounced: boolean;
  /** Last proof by traffic; not every broker announces. */
  mqttHeardAt: Instant | null;
  isGone: boolean;
}

export interface PresenceOptions {
  readonly directory: Directory;
  readonly desk: StationDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Online means: connected at the broker, or heard from, by whichever road, within the window of
 * PRESENCE_TIMEOUT_MINUTES (protocol §11). So a disconnect alone changes nothing but reachability:
 * cabinets connect again within seconds, and their uploads go on over HTTP meanwhile (§12). A
 * silence means something only when we were listening all the while, which is why the window
 * starts anew whenever our own connection does: after a restart nobody is declared offline
 * before it has passed.
 */
export const createPresenceTracker = (options: PresenceOptions): PresenceTracker => {
  const { directory, clock } = options;
  const sightings = new Map<string, Sighting>();
  const waiting = new Set<() => void>();
  let listeningSince: Instant | null = null;

  const sight = (deviceName: string, at: Instant, change: Partial<Sighting>): void => {
    const known = sightings.get(deviceName);
    const nothing = { isAnnounced: false, mqttHeardAt: null, isGone: false };
    sightings.set(deviceName, { ...nothing, ...known, seenAt: at, ...change });
    for (const look of [...waiting]) look();
  };

  const forgetConnections = (): void => {
    for (const sighting of sightings.values()) {
      Object.assign(sighting, { isAnnounced: false, mqttHeardAt: null, isGone: false });
    }
  };

  const connectionOf = (deviceName: string): Connection => {
    const sighting = sightings.get(deviceName);
    if (sighting === undefined) return 'unknown';
    if (sighting.isGone) return 'gone';
    if (sighting.isAnnounced) return 'connected';
    const { mqttHeardAt } = sighting;
    const isProven =
      mqttHeardAt !== null && isAfter(plusMinutes(mqttHeardAt, trafficProvesMinutes), clock.now());
    return isProven ? 'connected' : 'unknown';
  };

  const lastSeen = (deviceName: string, since: Instant): Instant => {
    const seenAt = sightings.get(deviceName)?.seenAt ?? since;
    return isAfter(seenAt, since) ? seenAt : since;
  };

  const look = async (): Promise<void> => {
    const connected = [...sightings.keys()].filter((name) => connectionOf(name) === 'connected');
    options.metrics.gauge('cabinets_connected', connected.length);
    const { presenceTimeoutMinutes } = await options.desk.settings();
    const since = listeningSince;
    if (since === null) return;
    const now = clock.now();
    for (const deviceName of directory.onlineDevices()) {
      const lastSeenAt = lastSeen(deviceName, since);
      const isDue = !isAfter(plusMinutes(lastSeenAt, presenceTimeoutMinutes), now);
      if (!isDue || connectionOf(deviceName) === 'connected') continue;
      await declareOffline(options, { deviceName, lastSeenAt, at: now });
    }
  };

  return {
    heard: (deviceName, over, at) => {
      // Whatever comes over MQTT refutes an earlier "gone".
      sight(deviceName, at, over === 'mqtt' ? { mqttHeardAt: at, isGone: false } : {});
    },
    announced: (deviceName, connected, at) => {
      if (connected) sight(deviceName, at, { isAnnounced: true, isGone: false });
      else {
        // The end of a connection is no sign of life, so the time stays what it was.
        const known = sightings.get(deviceName);
        const gone = { isAnnounced: false, mqttHeardAt: null, isGone: true };
        if (known !== undefined) sight(deviceName, known.seenAt, gone);
      }
    },
    linkUp: (at) => {
      forgetConnections();
      listeningSince = at;
    },
    linkDown: () => {
      forgetConnections();
      listeningSince = null;
    },
    connectionOf,
    isConnectedBy: async (deviceName, until, signal) => {
      const over = linkedAbort(signal);
      const check = (): void => {
        if (connectionOf(deviceName) === 'connected') over.abort();
      };
      waiting.add(check);
      check();
      await clock.until(until, over.signal);
      over.abort();
      waiting.delete(check);
      return connectionOf(deviceName) === 'connected';
    },
    run: async (signal) => {
      while (!signal.aborted) {
        await clock.until(plusSeconds(clock.now(), lookEverySeconds), signal);
        if (!signal.aborted) await lookSafely(look, options);
      }
    },
  };
};

/** The next look comes in a minute, so one that fails for want of the store may be missed. */
const lookSafely = async (look: () => Promise<void>, { log }: PresenceOptions): Promise<void> => {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof DeskUnavailable)) throw error;
    log.warn('silent stations could not be declared offline', { reason: error.message });
  }
};

const declareOffline = async (
  { directory, desk, log }: PresenceOptions,
  { deviceName, lastSeenAt, at }: { deviceName: string; lastSeenAt: Instant; at: Instant },
): Promise<void> => {
  const station = directory.stationOf(deviceName);
  if (station === undefined) return;
  const declared = await desk.tellStation(
    station,
    { type: 'DeclareOffline', trigger: 'TIMEOUT', lastSeenAt, at },
    {
      key: ['declare-offline', station, lastSeenAt],
      actor: { kind: 'system', id: 'cabinet-presence' },
      follows: null,
    },
  );
  if (E.isRight(declared) && declared.right.length > 0) {
    log.info('a station fell silent and counts as offline', { station, lastSeenAt });
  }
};
