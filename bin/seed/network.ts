/** What every network begins with: settings, packages and late fees. */

import * as E from 'fp-ts/lib/Either.js';
import type { AggregateHandler } from '../../commands/handler.js';
import { type LateFeeCommand, lateFee, lateFeeCatalogueId } from '../../domain/late-fee/index.js';
import { settingsId } from '../../domain/settings/index.js';
import { streamName } from '../../domain/shared/aggregate.js';
import type { Actor } from '../../ports/event-metadata.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { OperatorError } from '../cli/operator-error.js';
import type { Parts } from '../compose.js';
import { type SeedLateFee, seedLateFees } from './late-fees.js';
import { seedPackages } from './packages.js';

export type SeedParts = Pick<Parts, 'handlers' | 'store' | 'clock' | 'newId'>;

/** Whom the log names for what was seeded. */
export const seeder: Actor = { kind: 'system', id: 'seed' };

/**
 * Carries out a seeding command and counts the events that it added. Every aggregate knows a wish
 * that was fulfilled before, so planting twice changes nothing.
 *
 * A refusal is fine: it means that staff have changed since what the seed once said, and their word
 * counts.
 */
export const plant = async <Command, State, Event, Refusal>(
  { newId }: Pick<SeedParts, 'newId'>,
  handler: AggregateHandler<Command, State, Event, Refusal>,
  { id, command }: { readonly id: string; readonly command: Command },
): Promise<number> => {
  const commandId = newId();
  const context = { commandId, correlationId: commandId, causationId: commandId, actor: seeder };
  const result = await handler.execute(id, command, context);
  if (E.isRight(result)) return result.right.events.length;
  if (result.left.kind === 'Refused') return 0;
  throw new OperatorError([`seeding failed on ${result.left.stream}: ${result.left.kind}`]);
};

/** Whether anybody, a seed included, has ever decided whether the configuration is in force. */
const wasDecided = async ({ store }: SeedParts, { configId }: SeedLateFee): Promise<boolean> => {
  const stream = streamName(lateFee.category, lateFeeCatalogueId);
  for await (const recorded of store.readStream(stream)) {
    const logged = decodeLogged(recorded);
    if (E.isLeft(logged) || logged.right.category !== 'latefee') continue;
    const { event } = logged.right;
    const isSwitch =
      event.type === 'LateFeeConfigActivated' || event.type === 'LateFeeConfigDeactivated';
    if (isSwitch && event.data.configId === configId) return true;
  }
  return false;
};

const plantLateFee = async (parts: SeedParts, seed: SeedLateFee): Promise<number> => {
  const { configId, config } = seed;
  const at = parts.clock.now();
  const tell = (command: LateFeeCommand): Promise<number> =>
    plant(parts, parts.handlers.lateFee, { id: lateFeeCatalogueId, command });
  const created = await tell({ type: 'CreateLateFeeConfig', configId, config, at });
  if (!seed.isActive || (await wasDecided(parts, seed))) return created;
  const deactivateOthers = false;
  return created + (await tell({ type: 'ActivateLateFeeConfig', configId, deactivateOthers, at }));
};

/** @returns how many events it added: none when the network had everything. */
export const seedNetwork = async (parts: SeedParts): Promise<number> => {
  const { handlers, clock } = parts;
  const at = clock.now();
  const seedSettings = { type: 'SeedSettings', at } as const;
  let added = await plant(parts, handlers.settings, { id: settingsId, command: seedSettings });
  for (const { packageId, details } of seedPackages) {
    const command = { type: 'CreatePackage', packageId, details, at } as const;
    added += await plant(parts, handlers.rentalPackage, { id: packageId, command });
  }
  for (const seed of seedLateFees) added += await plantLateFee(parts, seed);
  return added;
};
