import { chart, type Posting, partsOf, type ValueCategory } from '../../domain/ledger/index.js';
import { occurredAt } from '../../domain/occurred-at.js';
import { dayOf } from '../../domain/shared/day.js';
import type { LoggedIn } from '../engine/projection.js';
import type { Rows } from '../engine/rows.js';
import type { Sums } from '../engine/sums.js';
import type { RowOf } from '../engine/table.js';
import type { accountDays, accounts, entries, familyDays, postings } from './tables.js';

export interface Tables {
  readonly entries: Pick<Rows<RowOf<typeof entries>>, 'put'>;
  readonly postings: Pick<Rows<RowOf<typeof postings>>, 'put'>;
  readonly accounts: Pick<Sums<RowOf<typeof accounts>>, 'add'>;
  readonly accountDays: Pick<Sums<RowOf<typeof accountDays>>, 'add'>;
  readonly familyDays: Pick<Sums<RowOf<typeof familyDays>>, 'add'>;
}

type Logged = LoggedIn<ValueCategory>;

const rentalOf = (logged: Logged): string | null => {
  if (logged.category === 'rental') return logged.streamId;
  return 'rentalId' in logged.event.data ? logged.event.data.rentalId : null;
};

const addUp = (tables: Tables, posting: Posting, { day, position }: RowOf<typeof entries>) => {
  const { account, asset, amount } = posting;
  const { family, owner } = partsOf(account);
  const debits_minor = Math.max(amount, 0);
  const credits_minor = Math.max(0 - amount, 0);
  tables.accounts.add({
    account,
    class: chart[family].class,
    family,
    owner,
    asset,
    debits_minor,
    credits_minor,
    balance_minor: amount,
    position,
  });
  tables.accountDays.add({ account, day, debits_minor, credits_minor, position });
  tables.familyDays.add({ family, day, debits_minor, credits_minor, position });
};

/** Enters the postings of one event into all books; an event that moves nothing is no entry. */
export const enter = (tables: Tables, logged: Logged, lines: readonly Posting[]): void => {
  if (lines.length === 0) return;
  const at = occurredAt(logged.event);
  const entry = {
    position: logged.position,
    event_id: logged.id,
    event_type: logged.event.type,
    stream: logged.stream,
    revision: logged.revision,
    rental_id: rentalOf(logged),
    actor_kind: logged.actor.kind,
    actor_id: logged.actor.id,
    correlation_id: logged.correlationId,
    causation_id: logged.causationId,
    at,
    day: dayOf(at),
  };
  tables.entries.put(entry);
  for (const [index, posting] of lines.entries()) {
    const { account, asset, amount } = posting;
    const { position } = logged;
    const line = index + 1;
    tables.postings.put({ position, line, account, asset, amount_minor: amount, at });
    addUp(tables, posting, entry);
  }
};
