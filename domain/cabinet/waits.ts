import type { CabinetOrder } from './events.js';

/** Age in seconds beyond which an order is not sent any more: its asker has given up waiting. */
export const sendWaitSeconds = 30;

/**
 * How long the answer to an order is awaited, in seconds (cabinet protocol §11); `null` for
 * orders that cabinets never answer (§8).
 */
export const answerWaitSeconds = (order: CabinetOrder): number | null => {
  switch (order.kind) {
    case 'check':
      return 10;
    case 'wifi-scan':
      return 15;
    case 'reboot':
    case 'wifi-connect':
    case 'volume':
    case 'mode':
    case 'load-ad':
      return null;
  }
};
