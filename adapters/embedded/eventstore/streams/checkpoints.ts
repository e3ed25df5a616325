/**
 * When a filtered subscription gets a checkpoint: two counters that do not know of each other.
 *
 * - Catching up, every event looked at counts, matching or not; at the interval a checkpoint is
 *   due. The end of catching up brings one more, at the last event sent or checkpoint.
 * - The live counter starts with the subscription and counts what is committed after that, also
 *   while older events are still being caught up on; live, a checkpoint is due at the interval.
 *
 * Checkpoints never go backwards, and none is sent twice.
 */
export class CheckpointCounter {
  private caughtUpOn = 0;
  private committedSince = 0;
  private lastSentPosition = 0;
  private lastCheckpoint = 0;

  /** @param startHead the last position in the log when the subscription began */
  constructor(
    private readonly intervalEvents: number,
    private readonly startHead: number,
  ) {}

  /** Notes an event; answers whether a checkpoint at its position is due. */
  saw(position: number, how: { readonly live: boolean; readonly sent: boolean }): boolean {
    if (how.sent) this.lastSentPosition = position;
    if (position > this.startHead) this.committedSince += 1;
    if (!how.live) this.caughtUpOn += 1;
    const count = how.live ? this.committedSince : this.caughtUpOn;
    if (count < this.intervalEvents) return false;
    if (how.live) this.committedSince = 0;
    else this.caughtUpOn = 0;
    return this.advance(position);
  }

  /** The checkpoint due at the end of catching up, if it is a new one. */
  atCaughtUp(): number | undefined {
    const position = Math.max(this.lastSentPosition, this.lastCheckpoint);
    this.caughtUpOn = 0;
    return this.advance(position) ? position : undefined;
  }

  private advance(position: number): boolean {
    if (position <= this.lastCheckpoint) return false;
    this.lastCheckpoint = position;
    return true;
  }
}
