import { isSnapshot } from './snapshots/index.js';
import { isTelemetry } from './telemetry.js';

/**
 * Whether a stream holds facts. Readings of hardware and snapshots stand beside them in the same
 * store, which keeps only the latest of each: neither a fold nor a seal may depend on one.
 */
export const holdsFacts = (stream: string): boolean => !isTelemetry(stream) && !isSnapshot(stream);
