import { type CommandContext, deriveId } from '../commands/context.js';
import { seed } from './seed.js';

/** A command of the benchmark; the same words are the same command. */
export const benchContext = (...words: readonly string[]): CommandContext => {
  const commandId = deriveId('bench', String(seed), ...words);
  const actor = { kind: 'system', id: 'bench' } as const;
  return { commandId, correlationId: commandId, causationId: commandId, actor };
};
