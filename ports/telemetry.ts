import { parseStreamName } from '../domain/shared/aggregate.js';

/** Of its own, so that nothing that reads facts ever meets a reading. */
export const telemetryCategory = 'telemetry';

/**
 * Whether a stream holds readings of hardware. They stand beside the facts in the same store, which
 * keeps only the latest of them: neither a fold nor a seal may depend on one.
 */
export const isTelemetry = (stream: string): boolean =>
  parseStreamName(stream)?.category === telemetryCategory;
