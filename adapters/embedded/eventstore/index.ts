/** An EventStoreDB-compatible node inside this process. See README.md. */
export { type BackupResult, backUpLog } from './maintenance/backup.js';
export type { LogSummary } from './maintenance/contents.js';
export type { Stage, WorkOptions } from './maintenance/progress.js';
export { type RestoreResult, restoreLog, verifyBackup } from './maintenance/restore.js';
export { type VerifyResult, verifyLog } from './maintenance/verify.js';
export {
  type EventStoreNode,
  type EventStoreNodeOptions,
  type LogLine,
  startEventStoreNode,
} from './node.js';
export { EventStoreStartError, type StartErrorKind } from './start-errors.js';
