import { defineProjection, following } from '../engine/define.js';
import { ignored } from '../engine/projection.js';
import { openRentals } from './context.js';
import { courseHandlers } from './course.js';
import { endingHandlers } from './ending.js';
import { paymentHandlers } from './payments.js';
import { extensions, payments, rentals, swaps } from './tables.js';

export * from './tables.js';

/** Rentals with everything that the API shows of them, their payments, extensions and swaps. */
export const rental = defineProjection({
  name: 'rental',
  version: 1,
  // Renters look at the app as soon as they have put a bank back.
  lingerMs: 0,
  tables: [rentals, payments, extensions, swaps],
  parts: [
    following('rental', {
      open: openRentals,
      handlers: {
        ...courseHandlers,
        ...paymentHandlers,
        ...endingHandlers,
        // Tells the notifications, not the rental's readers.
        ReminderDue: ignored,
      },
    }),
  ],
  checks: [
    {
      claim: 'what counts as paid is the sum of the payments taken (P-033)',
      violations: `SELECT count(*) AS violations FROM rentals r WHERE paid_minor <> coalesce(
        (SELECT sum(amount_minor) FROM payments p WHERE p.rental_id = r.rental_id
         AND p.status IN ('confirmed', 'captured')), 0)`,
    },
    {
      claim: 'a user has at most one open rental (P-003)',
      violations: `SELECT count(*) AS violations FROM (
        SELECT user_id FROM rentals
        WHERE status IN ('PENDING', 'PENDING_POPUP', 'ACTIVE', 'OVERDUE')
        GROUP BY user_id HAVING count(*) > 1) twice`,
    },
  ],
});
