/** From where each cabinet calls. Its calls carry no secret, so a second source is suspicious. */

import { type Instant, isBefore, plusMinutes } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';

/**
 * A mobile network gives a modem a new address now and then, so a new source alone is nothing.
 * One that is heard while the other was heard within this time is worth an alarm.
 */
const sourceFreshMinutes = 45;
/** Alarms for one cabinet are at least so far apart. */
const alarmEveryMinutes = 60;

interface Known {
  readonly source: string;
  readonly heardAt: Instant;
  readonly alarmedAt: Instant | null;
}

export interface SourceWatch {
  /** To be told of calls of registered cabinets only, so that it stays as small as the fleet. */
  heard(deviceName: string, source: string): void;
}

export const createSourceWatch = ({
  clock,
  log,
  metrics,
}: {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
}): SourceWatch => {
  const sources = new Map<string, Known>();

  /** The other source that was heard lately, when it is time for an alarm; else `null`. */
  const rivalOf = (known: Known | undefined, source: string, now: Instant): string | null => {
    if (known === undefined || known.source === source) return null;
    if (isBefore(plusMinutes(known.heardAt, sourceFreshMinutes), now)) return null;
    const { alarmedAt } = known;
    const isTime = alarmedAt === null || isBefore(plusMinutes(alarmedAt, alarmEveryMinutes), now);
    return isTime ? known.source : null;
  };

  return {
    heard: (deviceName, source) => {
      const now = clock.now();
      const known = sources.get(deviceName);
      const rival = rivalOf(known, source, now);
      if (rival !== null) {
        metrics.count('cabinet_alarms_total', { kind: 'second_source' });
        log.warn('a cabinet calls from two addresses', { deviceName, source, rival });
      }
      const alarmedAt = rival === null ? (known?.alarmedAt ?? null) : now;
      sources.set(deviceName, { source, heardAt: now, alarmedAt });
    },
  };
};
