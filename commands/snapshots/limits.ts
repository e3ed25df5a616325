export interface SnapshotLimits {
  /** Events after which a snapshot is due. */
  readonly dueAfterEvents: number;
  /** Least time between two snapshots of a stream, as long as one process writes to it. */
  readonly pauseMs: number;
  /** Snapshots being written at once, for each aggregate; whoever comes then is due again soon. */
  readonly underWayMax: number;
  /** Keys of a stream that its snapshot holds itself; when there are more they go into pages. */
  readonly keysInSnapshotMax: number;
  /** Keys of a page on average before there are twice as many pages. */
  readonly keysInPageMax: number;
}

/**
 * To read 20 events costs as much as to read a snapshot, so that a state is never far from its own;
 * one more append for 20 others is hardly noticed, and none at all where a stream is so busy that
 * it stays in memory. Of 4,096 keys a page has some 20 kB.
 */
export const snapshotLimits: SnapshotLimits = {
  dueAfterEvents: 20,
  pauseMs: 1_000,
  underWayMax: 8,
  keysInSnapshotMax: 2_048,
  keysInPageMax: 4_096,
};
