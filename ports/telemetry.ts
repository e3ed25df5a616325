import { parseStreamName } from '../domain/shared/aggregate.js';

/** Of its own, so that nothing that reads facts ever meets a reading. */
export const telemetryCategory = 'telemetry';

/** Whether a stream holds readings of hardware. */
export const isTelemetry = (stream: string): boolean =>
  parseStreamName(stream)?.category === telemetryCategory;
