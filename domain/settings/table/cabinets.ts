import { row } from '../row.js';
import { minutes, seconds, whole } from '../values.js';

/** How long cabinets are waited for, and when a silence means something. */
export const cabinetSettings = {
  ejectAnswerTimeoutSeconds: row({
    key: 'EJECT_ANSWER_TIMEOUT_SECONDS',
    value: seconds(1, 300),
    initial: '15',
    description: 'How long a cabinet’s answer to an ejection order is awaited (START-13).',
  }),
  ejectSettleFirstCheckSeconds: row({
    key: 'EJECT_SETTLE_FIRST_CHECK_SECONDS',
    value: seconds(1, 300),
    initial: '10',
    description: 'Wait before the first look at the slot after a missing answer (START-13).',
  }),
  ejectSettleRetrySeconds: row({
    key: 'EJECT_SETTLE_RETRY_SECONDS',
    value: seconds(1, 300),
    initial: '10',
    description: 'Wait between further looks at the slot (START-13).',
  }),
  ejectSettleRetries: row({
    key: 'EJECT_SETTLE_RETRIES',
    value: whole('retries', { minimum: 0, maximum: 100 }),
    initial: '3',
    description: 'How many further looks at the slot are taken (START-13).',
  }),
  ejectUndecidedMaxMinutes: row({
    key: 'EJECT_UNDECIDED_MAX_MINUTES',
    value: minutes(1, 1_440),
    initial: '25',
    description: 'Longest time that an ejection may stay undecided before it is given up.',
  }),
  ejectCommandTtlSeconds: row({
    key: 'EJECT_COMMAND_TTL_SECONDS',
    value: seconds(1, 300),
    initial: '15',
    description:
      'Age beyond which an ejection order is no longer sent (cabinets get no late orders).',
  }),
  ejectSelfCheckSeconds: row({
    key: 'EJECT_SELF_CHECK_SECONDS',
    value: seconds(1, 300),
    initial: '5',
    description: 'Until then the cabinet may still list an ejected bank (cabinet protocol §11).',
  }),
  presenceTimeoutMinutes: row({
    key: 'PRESENCE_TIMEOUT_MINUTES',
    // Two heartbeat periods and a margin: 21 to 25 minutes (cabinet protocol §11).
    value: minutes(1, 1_440),
    initial: '23',
    description: 'Silence after which a station counts as offline.',
  }),
  returnEchoWindowMinutes: row({
    key: 'RETURN_ECHO_WINDOW_MINUTES',
    value: minutes(1, 1_440),
    initial: '10',
    description: 'Time within which a repeated report of one return is an echo of it (P-021).',
  }),
} as const;
