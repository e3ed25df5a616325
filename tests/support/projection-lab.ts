import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import type { Postgres } from '../../adapters/postgres/index.js';
import { instantOfMs } from '../../domain/shared/instant.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import type { Metrics } from '../../ports/metrics.js';
import {
  createProjectionEngine,
  type EngineLimits,
  engineLimits,
  type Projection,
  type ProjectionEngine,
} from '../../projections/engine/index.js';
import { type LogLine, memoryLog } from './log.js';
import { noMetrics } from './no-metrics.js';
import { createTestDatabase } from './postgres.js';
import { proposed } from './proposed-event.js';

/** Waiting is for a checkpoint, and this only bounds how long a broken test takes to say so. */
const patienceMs = 20_000;

export interface RunningEngine extends ProjectionEngine {
  /** Waits until the projection has passed a position; fails the test when it does not. */
  reached(name: string, position: Position): Promise<void>;
  stop(): Promise<void>;
}

export interface Lab {
  readonly database: Postgres;
  readonly store: EventStore;
  /** What the engines have logged. */
  readonly logLines: readonly LogLine[];
  /** Appends one event and answers its position. */
  tell(stream: string, type: string, data: unknown): Promise<Position>;
  credit(userId: string, minor: number): Promise<Position>;
  adjust(userId: string, reason: string, minor?: number): Promise<Position>;
  engine(projections: readonly Projection[], limits?: Partial<EngineLimits>): ProjectionEngine;
  start(projections: readonly Projection[], limits?: Partial<EngineLimits>): RunningEngine;
}

const at = '2026-11-22T06:00:00.000Z';
const npr = (minor: number) => ({ currency: 'NPR', minor });

const running = (t: ExecutionContext<unknown>, engine: ProjectionEngine): RunningEngine => {
  const stopping = new AbortController();
  const ended = engine.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await ended;
  };
  t.teardown(stop);
  return {
    ...engine,
    stop,
    reached: async (name, wanted) => {
      const wait = await engine.positions.waitFor(name, wanted, { withinMs: patienceMs });
      t.is(wait.kind, 'reached', `${name} did not get to ${wanted}`);
    },
  };
};

/** A database of its own, a log, and engines on both: several, for tests of several instances. */
export const createLab = async (
  t: ExecutionContext<unknown>,
  store: EventStore,
  metrics: Metrics = noMetrics,
): Promise<Lab> => {
  const { database } = await createTestDatabase(t);
  const log = memoryLog();
  const tell: Lab['tell'] = async (stream, type, data) => {
    const outcome = await store.append(stream, 'any', [proposed(type, data)]);
    if (outcome.kind !== 'done') throw new Error(`append: ${outcome.kind}`);
    return outcome.position;
  };
  const engine: Lab['engine'] = (projections, limits = {}) =>
    createProjectionEngine(
      {
        database,
        store,
        log,
        metrics,
        clock: { now: () => instantOfMs(Date.now()) },
        limits: { ...engineLimits, retryDelayMsMin: 1, retryDelayMsMax: 20, ...limits },
      },
      projections,
    );
  return {
    database,
    store,
    logLines: log.lines,
    tell,
    credit: (userId, minor) =>
      tell(`wallet-${userId}`, 'FundsCredited', {
        creditId: randomUUID(),
        amount: npr(minor),
        source: 'TOPUP',
        rentalId: null,
        at,
      }),
    adjust: (userId, reason, minor = 0) =>
      tell(`wallet-${userId}`, 'WalletAdjusted', {
        adjustmentId: randomUUID(),
        amount: npr(minor),
        reason,
        at,
      }),
    engine,
    start: (projections, limits) => running(t, engine(projections, limits)),
  };
};
