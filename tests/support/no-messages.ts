import type { Messages } from '../../ports/messages.js';

/** No provider for any channel: nothing is sent to anybody. */
export const noMessages: Messages = {
  channels: new Set(),
  send: async () => ({ kind: 'unavailable' }),
};
