/**
 * How far a group has come. Events may be confirmed in any order; progress ends before the oldest
 * one that is not, whether it waits, is outstanding, is retried or is just being parked.
 *
 * Distance is counted in events the group came to know, and for a filter also in events it passed
 * over: a filter that matches nothing for long would otherwise start all over after a restart.
 */
export class Progress {
  /** Sequence numbers of unconfirmed events, in order, and where each stands in the source. */
  private readonly unconfirmed = new Map<number, number>();
  private nextSequence = 1;
  private checkpointed = 0;

  /** @param reached the last revision or position that is not the group's to handle */
  constructor(private reached: number) {}

  /** Notes an event the group has to handle; answers its sequence number. */
  begin(at: number): number {
    const sequence = this.nextSequence;
    this.unconfirmed.set(sequence, at);
    this.passOver(at);
    return sequence;
  }

  /** Notes an event the group has nothing to do with. */
  passOver(at: number): void {
    this.nextSequence += 1;
    this.reached = at;
  }

  /** Notes that the event is dealt with; others are left alone. */
  settle(sequence: number): void {
    this.unconfirmed.delete(sequence);
  }

  /** Where the checkpoint would be: everything up to here is dealt with. */
  get position(): number {
    for (const at of this.unconfirmed.values()) return at - 1;
    return this.reached;
  }

  /** The last event the group came to know, or its start. */
  get lastReached(): number {
    return this.reached;
  }

  /** Events dealt with since the last checkpoint. */
  get advanced(): number {
    return this.lastSettled() - this.checkpointed;
  }

  /** Notes a checkpoint; answers what undoes it. */
  checkpoint(): () => void {
    const before = this.checkpointed;
    this.checkpointed = this.lastSettled();
    return () => {
      this.checkpointed = before;
    };
  }

  private lastSettled(): number {
    for (const sequence of this.unconfirmed.keys()) return sequence - 1;
    return this.nextSequence - 1;
  }
}
