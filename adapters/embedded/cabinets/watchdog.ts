/**
 * The watchdog of a cabinet: each heartbeat must come back from the broker, and after two in a row
 * that did not the cabinet restarts (protocol §6).
 */

export interface Watchdog {
  readonly awaitsEcho: boolean;
  readonly missedInARow: number;
  readonly missedTotal: number;
}

export const freshWatchdog: Watchdog = { awaitsEcho: false, missedInARow: 0, missedTotal: 0 };

const MISSES_BEFORE_RESTART = 2;

/** The next heartbeat is due: the one before counts as missed when its echo has not come. */
export const beatDue = (watchdog: Watchdog): Watchdog =>
  watchdog.awaitsEcho
    ? {
        awaitsEcho: true,
        missedInARow: watchdog.missedInARow + 1,
        missedTotal: watchdog.missedTotal + 1,
      }
    : { ...watchdog, awaitsEcho: true };

export const echoHeard = (watchdog: Watchdog): Watchdog => ({
  ...watchdog,
  awaitsEcho: false,
  missedInARow: 0,
});

export const mustRestart = (watchdog: Watchdog): boolean =>
  watchdog.missedInARow >= MISSES_BEFORE_RESTART;

/** After the restart the count in a row begins again; the total stays, for whoever looks on. */
export const restarted = ({ missedTotal }: Watchdog): Watchdog => ({
  ...freshWatchdog,
  missedTotal,
});
