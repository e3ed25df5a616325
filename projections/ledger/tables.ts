import * as t from 'io-ts';
import { accountClasses, assets } from '../../domain/ledger/index.js';
import { oneOf } from '../../domain/shared/codecs.js';
import { PaymentId } from '../../domain/shared/ids.js';
import { Money } from '../../domain/shared/money.js';
import {
  day,
  flag,
  instant,
  json,
  maybe,
  minor,
  position,
  revision,
  small,
  text,
  word,
} from '../engine/columns.js';
import { defineTable } from '../engine/table.js';

export const Asset = oneOf('Asset', assets);
export const AccountClass = oneOf('AccountClass', accountClasses);

/**
 * The journal: one row for each event that moved value, with what leads back to the log. Days and
 * times are those of the fact (`domain/occurred-at.ts`), days by the calendar of Nepal.
 */
export const entries = defineTable({
  name: 'entries',
  columns: {
    position,
    event_id: text,
    event_type: text,
    stream: text,
    revision,
    /** Of whose contract it is, where the event says so. */
    rental_id: maybe(text),
    actor_kind: text,
    actor_id: text,
    correlation_id: text,
    causation_id: text,
    at: instant,
    day,
  },
  key: ['position'],
  indexes: [
    'CREATE INDEX entries_by_event ON entries (event_id)',
    'CREATE INDEX entries_of_stream ON entries (stream, position)',
    'CREATE INDEX entries_of_rental ON entries (rental_id, position) WHERE rental_id IS NOT NULL',
    'CREATE INDEX entries_of_day ON entries (day, position)',
  ],
});

/** The lines of the journal; those of one entry cancel out, for each asset. */
export const postings = defineTable({
  name: 'postings',
  columns: {
    position,
    /** Number of the line in its entry, from 1. */
    line: small,
    account: text,
    asset: word(Asset),
    /** Paisa, or points, whose smallest part is one; a debit is positive, a credit negative. */
    amount_minor: minor,
    at: instant,
  },
  key: ['position', 'line'],
  constraints: ['CHECK (amount_minor <> 0)', 'CHECK (line > 0)'],
  indexes: ['CREATE INDEX postings_of_account ON postings (account, at, position, line)'],
});

const volumes = { debits_minor: minor, credits_minor: minor } as const;
const volumesAreNotNegative = ['CHECK (debits_minor >= 0)', 'CHECK (credits_minor >= 0)'] as const;

/** Every account that was ever posted to. Its balance is its debits less its credits. */
export const accounts = defineTable({
  name: 'accounts',
  columns: {
    account: text,
    class: word(AccountClass),
    family: text,
    /** Of whom or what, where its family has an account for each. */
    owner: maybe(text),
    asset: word(Asset),
    ...volumes,
    balance_minor: minor,
    position,
  },
  key: ['account'],
  constraints: [...volumesAreNotNegative, 'CHECK (balance_minor = debits_minor - credits_minor)'],
  indexes: [
    'CREATE INDEX accounts_of_owner ON accounts (owner, account) WHERE owner IS NOT NULL',
    'CREATE INDEX accounts_of_family ON accounts (family, account)',
  ],
});

/** What an account took in and gave out on one day; a balance is the sum of the days before. */
export const accountDays = defineTable({
  name: 'account_days',
  columns: { account: text, day, ...volumes, position },
  key: ['account', 'day'],
  constraints: volumesAreNotNegative,
});

/** The same of all accounts of a family together: few rows, so that a trial balance is quick. */
export const familyDays = defineTable({
  name: 'family_days',
  columns: { family: text, day, ...volumes, position },
  key: ['family', 'day'],
  constraints: volumesAreNotNegative,
});

const PlannedPayments = t.readonlyArray(
  t.strict({ paymentId: PaymentId, amount: Money, fromWallet: Money }, 'PlannedPayment'),
);

/**
 * What the posting rules remember of a rental that is not settled yet (`RentalBook`): a
 * confirmation names a payment, and only its plan said how much. Gone when it is settled.
 */
export const rentalBooks = defineTable({
  name: 'rental_books',
  columns: {
    rental_id: text,
    planned: json(PlannedPayments),
    paid_minor: minor,
    is_completed: flag,
    position,
  },
  key: ['rental_id'],
  constraints: ['CHECK (paid_minor >= 0)'],
});
