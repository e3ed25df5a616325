import { projectionBookkeeping } from './0001-projection-bookkeeping.js';
import { http } from './0002-http.js';
import { processes } from './0003-processes.js';
import { cabinetSecrets } from './0004-cabinet-secrets.js';
import { rentalLocations } from './0005-rental-locations.js';
import { logNamespace } from './0006-log-namespace.js';
import { personalKeys } from './0007-personal-keys.js';
import { accounts } from './0008-accounts.js';
import { socialTickets } from './0009-social-tickets.js';
import { staffRequests } from './0010-staff-requests.js';

/**
 * One step of the schema, forward only. Numbers grow by one and are never used again; a step that
 * breaks a running older version says so in its name (`…-breaking`).
 */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [
  projectionBookkeeping,
  http,
  processes,
  cabinetSecrets,
  rentalLocations,
  logNamespace,
  personalKeys,
  accounts,
  socialTickets,
  staffRequests,
];
