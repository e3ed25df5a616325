/**
 * One walk through all streams that takes out what is hidden at their beginnings. Nothing of its
 * progress is kept: when it is cut off, another one starts over and finds less to do.
 */
import { SCAVENGE_LOOKS_PER_TURN, SCAVENGE_STEP_EVENTS_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { isReclaimable, reclaim } from '../log/reclaim.js';
import { nextTurn } from '../next-turn.js';

/** How far it is; changes while it runs. */
export interface ScavengeProgress {
  streamsLookedAt: number;
  eventsReclaimed: number;
  bytesReclaimed: number;
}

/** Runs to the end, or until the signal aborts. Rejects if the storage fails. */
export async function scavenge(
  log: EventLog,
  progress: ScavengeProgress,
  signal: AbortSignal,
): Promise<void> {
  let names: string[] = [];
  let looks = 0;
  for (;;) {
    const found = log.reader.firstEventFrom(progress.streamsLookedAt);
    if (found === undefined || signal.aborted) break;
    progress.streamsLookedAt = found.streamNumber + 1;
    if (isReclaimable(log.reader, found.event, log.now())) names.push(found.event.streamName);
    // As many as would fill a step if each had a single event to give.
    if (names.length === SCAVENGE_STEP_EVENTS_MAX) {
      await takeOut(log, { names, progress, signal });
      names = [];
    }
    looks += 1;
    if (looks % SCAVENGE_LOOKS_PER_TURN === 0) await nextTurn();
  }
  await takeOut(log, { names, progress, signal });
  // Streams that keep nothing are passed over by the walk.
  if (!signal.aborted) progress.streamsLookedAt = log.reader.streamCount();
}

interface Batch {
  readonly names: readonly string[];
  readonly progress: ScavengeProgress;
  readonly signal: AbortSignal;
}

async function takeOut(log: EventLog, { names, progress, signal }: Batch): Promise<void> {
  let left = names;
  while (left.length > 0 && !signal.aborted) {
    const step = await log.maintain((writer) => reclaim(writer, left, log.now()));
    progress.eventsReclaimed += step.events;
    progress.bytesReclaimed += step.bytes;
    left = step.unfinished;
    // Writes to memory take no turn of their own.
    await nextTurn();
  }
}
