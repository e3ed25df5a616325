/**
 * `$all` leaves out what would feed on itself: the streams in which persistent subscriptions to
 * `$all` keep their progress. Writing progress would otherwise be new progress to make.
 */
const EPOCH_STREAM = '$epoch-information';
const ALL_GROUP_PREFIX = '$persistentsubscription-$all::';

/** Whether the events of a stream are left out of `$all`. */
export function isHiddenFromAll(streamName: string): boolean {
  if (streamName === EPOCH_STREAM) return true;
  if (!streamName.startsWith(ALL_GROUP_PREFIX)) return false;
  return streamName.endsWith('-checkpoint') || streamName.endsWith('-parked');
}
