import {
  createProjectionEngine,
  engineLimits,
  type ProjectionEngine,
} from '../../projections/engine/index.js';
import { projections } from '../../projections/index.js';
import type { Parts } from '../compose.js';
import { supervise } from './supervise.js';

export type ProjectionParts = Pick<Parts, 'store' | 'database' | 'clock' | 'log' | 'metrics'>;

export const projectionEngine = (parts: ProjectionParts): ProjectionEngine =>
  createProjectionEngine({ ...parts, limits: engineLimits }, projections);

/**
 * Keeps every read model up to date until `signal` aborts. Several instances may run: each
 * projection is active in one of them at a time.
 */
export const runProjections = (parts: ProjectionParts, signal: AbortSignal): Promise<void> =>
  supervise('projections', () => projectionEngine(parts).run(signal), { log: parts.log, signal });
