/** A history with everything in it that renters and cabinets do, and ways to damage it. */

import fc from 'fast-check';
import type { LogCheck } from '../../audit/check.js';
import { logChecks } from '../../audit/checks/index.js';
import type { Finding } from '../../audit/finding.js';
import { verifyLog } from '../../audit/verify-log.js';
import type { Position, RecordedEvent } from '../../ports/event-store.js';
import type { House } from './house-core.js';
import { type Action, anyAction, openWorld } from './house-world.js';
import { openMemoryHouse } from './memory-house.js';
import { collect } from './proposed-event.js';

export type History = readonly RecordedEvent[];

const actionsCount = 150;
/** Things that happen at the same time before everybody has had time to react. */
const atOnce = 3;

/** Cabinets mostly do what they are told, so that most rentals live to see something. */
const obeying = [0, 1].map((station) => ({ kind: 'eject', station, outcome: 'obeys' }) as const);

/** Days in a world; a rental that always waits this long is never anything but lost. */
const longWaitMinutes = 1_000;
const isRare = (action: Action): boolean =>
  action.kind === 'wait' && action.minutes > longWaitMinutes;

/** One small world in a house, lived and settled to its end. */
export const liveWorld = async (house: House, name: string, seed: number): Promise<void> => {
  const world = await openWorld(house, name);
  const actions = fc.sample(anyAction, { seed, numRuns: actionsCount });
  for (let index = 0; index < actions.length; index += atOnce) {
    const now = actions.slice(index, index + atOnce);
    const isQuiet = index % 2 === 0;
    await Promise.all(now.filter((each) => !isRare(each) || isQuiet).map(world.act));
    if (!isQuiet) continue;
    await house.settled();
    for (const eject of obeying) await world.act(eject);
    await house.settled();
  }
  await world.end();
};

export interface Story {
  readonly history: History;
  /** Positions at which everything had followed that follows from what was before. */
  readonly quiet: readonly Position[];
}

/** Lives of two small worlds in one log, settled to their ends. */
export const liveStory = async (seed: number): Promise<Story> => {
  const house = openMemoryHouse();
  const quiet: Position[] = [];
  const settle = async (): Promise<void> => {
    await house.settled();
    quiet.push((await house.store.lastPosition()) ?? 0n);
  };
  for (const name of ['1', '2']) {
    const world = await openWorld(house, name);
    const actions = fc.sample(anyAction, { seed: seed + Number(name), numRuns: actionsCount });
    for (let index = 0; index < actions.length; index += atOnce) {
      const now = actions.slice(index, index + atOnce);
      const isQuiet = index % 2 === 0;
      await Promise.all(now.filter((each) => !isRare(each) || isQuiet).map(world.act));
      if (!isQuiet) continue;
      await settle();
      for (const eject of obeying) await world.act(eject);
      await settle();
    }
    await world.end();
  }
  return { history: await collect(house.store.readLog(null)), quiet };
};

export const liveHistory = async (seed: number): Promise<History> =>
  (await liveStory(seed)).history;

const storeOf = (history: History) => ({
  async *readLog(): AsyncGenerator<RecordedEvent> {
    yield* history;
  },
});

export interface Named extends Finding {
  readonly check: string;
}

/** What all log checks find in a history whose processes had done everything. */
export const findingsIn = async (
  history: History,
  {
    settledUpTo = history.at(-1)?.position ?? null,
    checks = logChecks,
  }: { readonly settledUpTo?: Position | null; readonly checks?: readonly LogCheck[] } = {},
): Promise<readonly Named[]> => {
  const findings: Named[] = [];
  await verifyLog({
    store: storeOf(history),
    checks,
    around: { settledUpTo },
    onFinding: (check, finding) => findings.push({ check, ...finding }),
  });
  return findings;
};
