import { parseStreamName } from '../../domain/shared/aggregate.js';

/** Before the category of what is kept; no category of facts begins like this. */
const prefix = 'snapshot_';

/** The category of all snapshots of one aggregate. */
export const snapshotCategory = (category: string): string => `${prefix}${category}`;

/** What is kept of `wallet-u1` is the newest event of `snapshot_wallet-u1`. */
export const snapshotStream = (stream: string): string => `${prefix}${stream}`;

/**
 * A page of the keys that `wallet-u1` has seen: `snapshot_wallet_keys-3~u1`. The number ends at the
 * first `~`, whatever is in the id.
 */
export const pageStream = (stream: string, page: number): string => {
  const dash = stream.indexOf('-');
  return `${prefix}${stream.slice(0, dash)}_keys-${page}~${stream.slice(dash + 1)}`;
};

/** Whether a stream holds snapshots or their pages: no facts, and replaced again and again. */
export const isSnapshot = (stream: string): boolean =>
  parseStreamName(stream)?.category.startsWith(prefix) ?? false;
