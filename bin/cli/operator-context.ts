import type { CommandContext } from '../../commands/context.js';

/** Who the log names for what somebody did at the command line. */
const operator = { kind: 'staff', id: 'operator' } as const;

/** The context of one command of an operator. */
export const operatorContext = (newId: () => string): CommandContext => {
  const commandId = newId();
  return { commandId, correlationId: commandId, causationId: commandId, actor: operator };
};
