import {
  type Awaited,
  createProjectionEngine,
  engineLimits,
  limitsBesideReaders,
  type ProjectionEngine,
} from '../../projections/engine/index.js';
import { projections } from '../../projections/index.js';
import type { Parts } from '../compose.js';
import { supervise } from './supervise.js';

export type ProjectionParts = Pick<Parts, 'store' | 'database' | 'clock' | 'log' | 'metrics'>;

export const projectionEngine = (parts: ProjectionParts): ProjectionEngine =>
  createProjectionEngine({ ...parts, limits: engineLimits }, projections);

export interface ProjectionsRole extends ProjectionParts {
  /** What readers in the same process wait for; `null` when there are none. */
  readonly awaited: Awaited | null;
}

/**
 * Keeps every read model up to date until `signal` aborts. Several instances may run: each
 * projection is active in one of them at a time.
 */
export const runProjections = (
  { awaited, ...parts }: ProjectionsRole,
  signal: AbortSignal,
): Promise<void> => {
  const context =
    awaited === null
      ? { ...parts, limits: engineLimits }
      : { ...parts, awaited, limits: limitsBesideReaders };
  const run = () => createProjectionEngine(context, projections).run(signal);
  return supervise('projections', run, { log: parts.log, signal });
};
