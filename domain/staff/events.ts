import * as t from 'io-ts';
import { nullable, oneOf } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { StaffId } from '../shared/ids.js';
import { IndexValue } from '../shared/index-value.js';
import { Instant } from '../shared/instant.js';
import { Sealed } from '../shared/sealed.js';

/** Rules 3.24; auditors and analysts read only. */
export const StaffRole = oneOf('StaffRole', [
  'moderator',
  'admin',
  'super_admin',
  'auditor',
  'analyst',
]);
export type StaffRole = t.TypeOf<typeof StaffRole>;

/** Who of the team did it; `null` is an operator at the command line. */
const By = nullable(StaffId);

export const staffEvents = {
  /** Name and e-mail address as JSON, see `StaffPerson`; the index is that of the address. */
  StaffAdded: event(
    t.strict({
      staffId: StaffId,
      role: StaffRole,
      person: Sealed,
      emailIndex: IndexValue,
      by: By,
      at: Instant,
    }),
  ),
  StaffRoleChanged: event(t.strict({ staffId: StaffId, role: StaffRole, by: By, at: Instant })),
  /** The reason is what somebody wrote about somebody: it goes when the person's key does. */
  StaffDeactivated: event(t.strict({ staffId: StaffId, reason: Sealed, by: By, at: Instant })),
  StaffReactivated: event(t.strict({ staffId: StaffId, by: By, at: Instant })),
  /** That it happened; passwords and their hashes are not in the log. */
  StaffPasswordChanged: event(t.strict({ staffId: StaffId, by: By, at: Instant })),
  /** For good: the key of what is sealed is destroyed afterwards, a reason included. */
  StaffRemoved: event(t.strict({ staffId: StaffId, by: By, at: Instant })),
} as const;

export type StaffEvent = EventOf<typeof staffEvents>;
