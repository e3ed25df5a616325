/** Keeps the progress of a group: now and then, an event with the place it has reached. */
import { STATE_EVENTS_KEPT } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { parsePlace, placeText } from './places.js';
import type { Progress } from './progress.js';
import { type GroupDefinition, groupId } from './settings.js';
import {
  append,
  checkpointStreamOf,
  jsonEvent,
  keepLast,
  lastEvents,
  writeState,
} from './state-streams.js';

const CHECKPOINT_TYPE = '$SubscriptionCheckpoint';

export class Checkpointer {
  /** The last place that is written, if there is one. */
  saved: number | undefined;
  private savedAtMs = Number.NEGATIVE_INFINITY;
  private saving: Promise<void> | undefined;
  private failed = false;
  private readonly streamName: string;

  /** Finds the checkpoint that the group left, if there is one. */
  constructor(
    private readonly log: EventLog,
    private readonly definition: GroupDefinition,
  ) {
    this.streamName = checkpointStreamOf(groupId(definition.key));
    this.saved = this.load();
  }

  /** Writes a checkpoint if one is due; `onTime` at the regular look, where less is enough. */
  consider(progress: Progress, onTime: boolean): void {
    const { maxCheckpointCount, minCheckpointCount, checkpointAfterMs } = this.definition.settings;
    const { advanced } = progress;
    if (this.saving !== undefined || advanced === 0) return;
    // What could not be written is not tried again with each event.
    if (this.failed && !onTime) return;
    const waited = this.log.now() - this.savedAtMs >= checkpointAfterMs;
    const worthWhile = onTime && waited && advanced >= minCheckpointCount;
    if (worthWhile || advanced >= maxCheckpointCount) this.save(progress);
  }

  /** Writes where the group is. */
  async flush(progress: Progress): Promise<void> {
    await this.idle();
    if (progress.advanced > 0) this.save(progress);
    await this.idle();
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.saving;
  }

  private save(progress: Progress): void {
    const place = progress.position;
    const undo = progress.checkpoint();
    this.savedAtMs = this.log.now();
    const settle = (done: boolean): void => {
      this.failed = !done;
      if (done) this.saved = place;
      else undo();
      this.saving = undefined;
    };
    this.saving = this.write(place).then(settle, (error: unknown) => {
      this.log.reportFailure(error);
      settle(false);
    });
  }

  private async write(place: number): Promise<boolean> {
    const text = placeText(this.definition.key.source, place);
    return writeState(this.log, [
      ...keepLast(this.log, this.streamName, STATE_EVENTS_KEPT),
      append(this.streamName, jsonEvent(CHECKPOINT_TYPE, text)),
    ]);
  }

  private load(): number | undefined {
    for (const event of lastEvents(this.log, this.streamName, STATE_EVENTS_KEPT)) {
      // Whatever else somebody wrote here, the checkpoint before it is still good.
      const text = Buffer.from(event.data).toString('utf8').replaceAll('"', '');
      const place = parsePlace(this.definition.key.source, text);
      if (event.type === CHECKPOINT_TYPE && place !== undefined) return place;
    }
    return undefined;
  }
}
