import { isAfter, plusSeconds } from '../../domain/shared/instant.js';
import { type LogCheck, nothing, onEachFact } from '../check.js';
import { type Finding, nowhere } from '../finding.js';
import { processName, reactedUpTo, type Snapshot, type StoredTimer } from './snapshot.js';
import { type OpenWaits, type WaitFold, waitFolds } from './waits.js';

/**
 * A timer that fires while its wait ends can be set once more for a short time; it then finds
 * nothing to do. Only one that is set for later than that is somebody's mistake.
 */
const strayTimerSecondsMax = 300;

interface Looked {
  readonly process: string;
  /** Waits as the process knew them when the snapshot was taken. */
  readonly before: WaitFold;
  /** Waits at the end of the log. */
  readonly after: WaitFold;
  readonly timers: ReadonlyMap<string, StoredTimer>;
}

const missing = (of: Looked, { takenAt }: Snapshot): readonly Finding[] =>
  [...of.before.open].flatMap(([timerId, { stream, dueAt }]) => {
    const timer = of.timers.get(timerId);
    const isSame = timer !== undefined && (dueAt === null || timer.dueAt === dueAt);
    // It fired, and what follows is in the log by its end; or it was about to.
    const isOver = of.after.open.get(timerId)?.dueAt !== dueAt;
    if (isSame || isOver) return [];
    const due = dueAt ?? 'its time';
    const expected = `timer ${timerId} of ${processName(of.process)}, due at ${due}`;
    const found = timer === undefined ? `none at ${takenAt}` : `it is due at ${timer.dueAt}`;
    return [{ code: 'timer-missing', place: { ...nowhere, stream }, expected, found }];
  });

const stray = (of: Looked, { takenAt }: Snapshot): readonly Finding[] =>
  [...of.timers.values()].flatMap(({ timerId, dueAt }) => {
    const isKnown = isOpen(of.before.open, timerId) || isOpen(of.after.open, timerId);
    if (isKnown || !isAfter(dueAt, plusSeconds(takenAt, strayTimerSecondsMax))) return [];
    const expected = `no timer of ${processName(of.process)} but for what it waits for`;
    return [{ code: 'timer-stray', place: nowhere, expected, found: `${timerId} at ${dueAt}` }];
  });

/** Looks at a slot are asked for again and again while an eject is uncertain. */
const isOpen = (waits: OpenWaits, timerId: string): boolean =>
  waits.has(timerId) || waits.has(timerId.replace(/:look$/, ':give-up'));

/**
 * Timers in the database against the waits that are open in the log. Both go on while it is
 * looked, so the waits are those of the moment of the snapshot; one that is over by the end of the
 * log has fired in between.
 */
export const timersMatchWaits = (snapshot: Snapshot): LogCheck => ({
  name: 'timers-match-waits',
  claim: 'whatever a process waits for has its timer, and no timer waits for nothing',
  begin: () => {
    const looked = Object.entries(waitFolds).map(([process, fold]) => ({
      process,
      upTo: reactedUpTo(snapshot, process),
      before: fold(),
      after: fold(),
      timers: new Map(
        snapshot.timers
          .filter((timer) => timer.process === process)
          .map((timer) => [timer.timerId, timer]),
      ),
    }));
    return onEachFact(
      (logged, { recorded }) => {
        for (const { upTo, before, after } of looked) {
          if (upTo !== null && recorded.position <= upTo) before.see(logged);
          after.see(logged);
        }
        return nothing;
      },
      () => looked.flatMap((each) => [...missing(each, snapshot), ...stray(each, snapshot)]),
    );
  },
});
