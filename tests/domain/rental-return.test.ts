import test from 'ava';
import type { RentalTerms } from '../../domain/pricing/index.js';
import {
  chargeBasisOf,
  hasStarted,
  owedAt,
  quoteAt,
  type RentalEvent,
  rental,
} from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import { toRupees } from '../../domain/shared/money.js';
import {
  back,
  bank,
  becameOverdue,
  fact,
  minute,
  money,
  paid,
  postpaid,
  rentals,
  running,
  second,
  split,
  station,
} from '../support/rental.js';

type Completed = Extract<RentalEvent, { type: 'RentalCompleted' }>['data'];

interface Amounts {
  readonly use?: string;
  readonly lateFee?: string;
  readonly overdueMinutes?: number;
  readonly total?: string;
}

const charges = (amounts: Amounts = {}): Completed['charges'] => ({
  use: money(amounts.use ?? '50'),
  extensions: money('0'),
  lateFee: money(amounts.lateFee ?? '0'),
  overdueMinutes: amounts.overdueMinutes ?? 0,
  penalty: money('0'),
  staffAmount: null,
  total: money(amounts.total ?? '50'),
});

const returned = (at: Instant, where = station('KTM001')) =>
  fact('PowerBankReturned', {
    station: where,
    slot: 3,
    powerBank: bank('PB001'),
    batteryPercent: 40,
    at,
  });

const completed = (at: Instant, change: Partial<Completed> = {}) =>
  fact('RentalCompleted', {
    reason: 'RETURNED',
    endedAt: at,
    onTime: true,
    charges: charges(),
    paid: money('50'),
    owed: money('0'),
    note: null,
    at,
    ...change,
  });

test(
  'RET-2, P-021: a bank in a slot completes the rental, once',
  rentals
    .given(...running())
    .when(back(minute(30)))
    .thenOnce(returned(minute(30)), completed(minute(30))),
);

test(
  'RET-1: any station of the network takes it back',
  rentals
    .given(...running())
    .when(back(minute(30), { station: station('PKR001') }))
    .thenOnce(returned(minute(30), station('PKR001')), completed(minute(30))),
);

test(
  'RET-2: the due time itself is on time',
  rentals
    .given(...running())
    .when(back(minute(60)))
    .thenOnce(returned(minute(60)), completed(minute(60))),
);

test(
  'RET-2: a second later is not on time, but costs nothing yet',
  rentals
    .given(...running())
    .when(back(second(3601)))
    .thenOnce(returned(second(3601)), completed(second(3601), { onTime: false })),
);

test(
  'RET-3, P-013: late by 32 minutes owes the late fee of 50.00',
  rentals
    .given(...running(), becameOverdue)
    .when(back(minute(92)))
    .thenOnce(
      returned(minute(92)),
      completed(minute(92), {
        onTime: false,
        charges: charges({ lateFee: '50', overdueMinutes: 32, total: '100' }),
        owed: money('50'),
      }),
    ),
);

const lateByHalfAnHour = {
  onTime: false,
  charges: charges({ lateFee: '50', overdueMinutes: 32, total: '100' }),
} as const;

test(
  'DUE-3, P-069: what was paid of the late fee is not charged again',
  rentals
    .given(
      ...running(),
      becameOverdue,
      ...paid({ id: 'p-due', purpose: 'DUE', amount: '25', split: split(0, '25'), at: minute(77) }),
    )
    .when(back(minute(92)))
    .thenOnce(
      returned(minute(92)),
      completed(minute(92), { ...lateByHalfAnHour, paid: money('75'), owed: money('25') }),
    ),
);

test(
  'RET-1: the timer was late and the rental was never marked overdue; it is late all the same',
  rentals
    .given(...running())
    .when(back(minute(92)))
    .thenOnce(
      returned(minute(92)),
      completed(minute(92), { ...lateByHalfAnHour, owed: money('50') }),
    ),
);

test(
  'RET-1: a trustworthy report of an earlier return counts for when it happened',
  rentals
    .given(...running(), becameOverdue)
    .when(back(minute(58)))
    .thenOnce(returned(minute(58)), completed(minute(58))),
);

/** PKG-2 at 50 for 60 minutes: minutes used, use, late fee, total. */
const postpaidExamples: readonly (readonly [number, string, string, string])[] = [
  [10, '8.33', '0', '8.33'],
  [37, '30.83', '0', '30.83'],
  [60, '50', '0', '50'],
  [92, '76.67', '50', '126.67'],
];

for (const [used, use, lateFee, total] of postpaidExamples) {
  const late = Math.max(0, used - 60);
  test(
    `PKG-2, RET-3: a postpaid rental of ${used} minutes owes ${total}`,
    rentals
      .given(...running(postpaid))
      .when(back(minute(used)))
      .thenOnce(
        returned(minute(used)),
        completed(minute(used), {
          onTime: late === 0,
          charges: charges({ use, lateFee, overdueMinutes: late, total }),
          paid: money('0'),
          owed: money(total),
        }),
      ),
  );
}

test(
  'a bank of somebody else ends nothing',
  rentals
    .given(...running())
    .when(back(minute(30), { powerBank: bank('PB009') }))
    .refuses({ kind: 'PowerbankMismatch', expected: bank('PB001'), named: bank('PB009') }),
);

test(
  'P-021: the report over another channel, later and from another slot, changes nothing',
  rentals
    .given(...running(), returned(minute(30)), completed(minute(30)))
    .when(back(minute(45), { slot: 4, batteryPercent: 41 }))
    .nothing(),
);

const started = (terms: Partial<RentalTerms>, ...more: readonly RentalEvent[]) => {
  const state = fold(rental, [...running(terms), ...more]);
  if (state === null || !hasStarted(state)) throw new Error('the history starts no rental');
  return state;
};

test('P-029: the amount shown live is the amount charged for the same minute', (t) => {
  const state = started({});
  for (const seconds of [0, 3600, 3660, 3780, 3839, 3840, 5520, 7200, 90_000]) {
    const at = second(seconds);
    const shown = owedAt(state, at);
    const answer = rental.decide(back(at), state);
    const [, last] = answer._tag === 'Right' ? answer.right : [];
    t.is(last?.type, 'RentalCompleted');
    if (last?.type === 'RentalCompleted') t.deepEqual(last.data.owed, shown, `${seconds} s`);
  }
});

test('P-030: a preview says from what the late fee is computed', (t) => {
  const state = started({});
  const { lateFee } = quoteAt(chargeBasisOf(state), minute(92));
  t.is(toRupees(lateFee.fee), '50.00');
  t.is(lateFee.overdueMinutes, 32);
  t.is(lateFee.effectiveMinutes, 30);
  t.deepEqual(lateFee.terms, state.request.terms.lateFee);
});

test('LATE-6, P-086: a discount lowers the price and not the late rate', (t) => {
  const state = started({ price: money('40') });
  const { charges: due } = quoteAt(chargeBasisOf(state), minute(92));
  t.is(toRupees(due.use), '40.00');
  t.is(toRupees(due.lateFee), '50.00');
});

test('ABN-1: the late fee stops growing when the rental is to be abandoned, timer or not', (t) => {
  const state = started({ lateFee: { ...started({}).request.terms.lateFee, capPerDay: null } });
  const atDay = owedAt(state, minute(60 + 1440));
  t.is(toRupees(atDay), '2396.67');
  t.deepEqual(owedAt(state, plusSeconds(minute(60 + 1440), 86_400)), atDay);
});

test('before the start nothing is owed', (t) => {
  const requestedOnly = fold(rental, running().slice(0, 1));
  t.not(requestedOnly, null);
  if (requestedOnly !== null) t.is(toRupees(owedAt(requestedOnly, minute(999))), '0.00');
});
