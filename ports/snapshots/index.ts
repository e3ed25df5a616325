/** What is kept of long streams beside the facts, see `docs/decisions/0022-snapshots.md`. */

export { fingerprintOf } from './fingerprints.js';
export { isSnapshot, pageStream, snapshotCategory, snapshotStream } from './names.js';
export {
  type PageRecord,
  type Pages,
  pageRecord,
  type SnapshotRecord,
  shapeOf,
  snapshotDropped,
  snapshotRecord,
} from './records.js';
