/** The demo: a small network that lives, on top of a program that does not know it is one. */

import type { Stoppable } from '../cli/stopping.js';
import type { Terminal } from '../cli/terminal.js';
import type { Parts } from '../compose.js';
import { seedDemo } from '../seed/demo.js';
import { createApiClient } from './api-client.js';
import { type DemoCabinet, startCabinets } from './cabinets.js';
import { type Hands, startHands } from './hands.js';
import { type DemoStaff, prepareDemoStaff } from './staff.js';
import { playStories, untilCabinetsAreUp } from './stories.js';

export interface DemoOptions {
  readonly terminal: Terminal;
  readonly apiUrl: string;
  readonly cabinetHttpUrl: string;
  readonly onStarted: (part: Stoppable) => void;
}

/**
 * Stations, people and staff; to be called before the roles start, which then find them in the log.
 *
 * @returns how to sign in as staff, as long as it is true.
 */
export const prepareDemo = async (parts: Parts, terminal: Terminal): Promise<DemoStaff | null> => {
  await terminal.step(
    'preparing the demo network',
    () => seedDemo(parts),
    (added) => (added === 0 ? 'the demo network is there' : `demo network (${added} events)`),
  );
  return prepareDemoStaff(parts);
};

/** A network in which somebody has rented has had its stories. */
const isPlayed = async ({ store }: Parts): Promise<boolean> =>
  (await store.lastPosition({ categories: ['rental'] })) !== null;

/** Switches the cabinets on, and on the first start lets people rent. */
export const startDemo = async (parts: Parts, options: DemoOptions): Promise<Hands> => {
  const { terminal, apiUrl, cabinetHttpUrl, onStarted } = options;
  const cabinets = await startCabinets(parts, cabinetHttpUrl);
  onStarted(allOf(cabinets));
  const hands = await startHands(parts, cabinets);
  onStarted(hands);
  const stage = { parts, cabinets, hands, api: createApiClient(apiUrl, parts.tokens) };
  await terminal.step(
    'waiting for the cabinets',
    () => untilCabinetsAreUp(stage),
    () => `${cabinets.length} simulated cabinets are connected`,
  );
  if (await isPlayed(parts)) return hands;
  const told = await terminal.step(
    'people are renting',
    () => playStories(stage),
    (lines) => `${lines.length} people have tried the network`,
  );
  for (const line of told) terminal.line(`      ${line}`);
  return hands;
};

const allOf = (cabinets: readonly DemoCabinet[]): Stoppable => ({
  name: 'the simulated cabinets',
  stop: async () => {
    await Promise.all(cabinets.map(({ cabinet }) => cabinet.stop()));
  },
});
