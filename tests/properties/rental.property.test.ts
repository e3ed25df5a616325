import test from 'ava';
import fc from 'fast-check';
import {
  isOpenPayment,
  owedAt,
  paidSoFar,
  type RentalEvent,
  type RentalState,
  type RentalStatus,
  rental,
  splitPays,
} from '../../domain/rental/index.js';
import { fold } from '../../domain/shared/decider.js';
import { plusMinutes, plusSeconds } from '../../domain/shared/instant.js';
import { auditedBooks, auditedDebt } from '../support/rental-auditor.js';
import { type Stride, someSteps, someTerms, walk } from '../support/rental-walk.js';

const statusOf = (state: RentalState): RentalStatus | 'NONE' => state?.status ?? 'NONE';

/** The table of rules 2.7, and ABN-3, by which staff also end what never started. */
const moves: Readonly<Record<RentalStatus | 'NONE', readonly RentalStatus[]>> = {
  NONE: ['PENDING'],
  PENDING: ['PENDING_POPUP', 'CANCELLED', 'COMPLETED'],
  PENDING_POPUP: ['ACTIVE', 'CANCELLED', 'COMPLETED'],
  ACTIVE: ['OVERDUE', 'COMPLETED', 'CANCELLED'],
  OVERDUE: ['COMPLETED'],
  COMPLETED: [],
  CANCELLED: [],
};

const eachStride = (check: (stride: Stride) => void): void => {
  fc.assert(
    fc.property(someTerms, someSteps, (terms, steps) => {
      for (const stride of walk(terms, steps)) check(stride);
    }),
    { numRuns: 200 },
  );
};

test('2.7, P-081: the status moves only along the table, one fact at a time', (t) => {
  eachStride(({ state, events }) => {
    let current = state;
    for (const event of events) {
      const next = rental.evolve(current, event);
      const [from, to] = [statusOf(current), statusOf(next)];
      t.true(from === to || moves[from].some((status) => status === to), `${from} → ${to}`);
      current = next;
    }
  });
});

test('the walks meet every fact that a rental knows', (t) => {
  const lives = fc.sample(fc.tuple(someTerms, someSteps), { numRuns: 1_000, seed: 20_260_301 });
  const met = lives.flatMap(([terms, steps]) =>
    walk(terms, steps).flatMap(({ events }) => events.map(({ type }) => type)),
  );
  t.deepEqual([...new Set(met)].sort(), Object.keys(rental.events).sort());
});

test('every fact fits its codec', (t) => {
  eachStride(({ events }) => {
    for (const { type, data } of events) t.true(rental.events[type]?.data.is(data), type);
  });
});

test('deciding changes nothing, and folding again from the first fact gives the same', (t) => {
  eachStride(({ history, events, state, after }) => {
    t.deepEqual(fold(rental, history), state);
    t.deepEqual(fold(rental, [...history, ...events]), after);
  });
});

test('a refusal adds nothing, and a repeated wish adds nothing new', (t) => {
  eachStride(({ command, answer, state, after }) => {
    if (answer._tag === 'Left') t.is(after, state);
    const again = rental.decide(command, after);
    if (again._tag === 'Right') t.deepEqual(again.right, [], command.type);
  });
});

test('the domain and the auditor agree on what is owed, at every moment', (t) => {
  const ahead = fc.integer({ min: 0, max: 200_000 });
  fc.assert(
    fc.property(someTerms, someSteps, ahead, (terms, steps, aheadSeconds) => {
      for (const { command, history, events, after } of walk(terms, steps)) {
        if (after === null) continue;
        const at = plusSeconds(command.at, aheadSeconds);
        t.is(owedAt(after, at).minor, auditedDebt([...history, ...events], at));
      }
    }),
    { numRuns: 200 },
  );
});

const ofType = <Type extends RentalEvent['type']>(events: readonly RentalEvent[], type: Type) =>
  events.filter((event): event is Extract<RentalEvent, { type: Type }> => event.type === type);

test('P-029: what is owed live is what the return charges in the same minute', (t) => {
  eachStride(({ state, command, events }) => {
    const [completed] = ofType(events, 'RentalCompleted');
    if (state === null || completed?.data.reason !== 'RETURNED') return;
    t.deepEqual(completed.data.owed, owedAt(state, command.at));
  });
});

test('P-069: a due never takes more than is owed, and pays it in full', (t) => {
  eachStride(({ state, command, events }) => {
    if (state === null || command.type !== 'PlanPayment') return;
    for (const { data } of ofType(events, 'PaymentPlanned')) {
      const required =
        data.purpose === 'DUE' ? owedAt(state, command.at) : state.request.terms.price;
      t.deepEqual(data.amount, required);
      t.true(splitPays(data.amount, data.split, state.request.terms.pointsPerNpr));
    }
  });
});

test('a rental is charged at most once for each thing', (t) => {
  fc.assert(
    fc.property(someTerms, someSteps, (terms, steps) => {
      const strides = walk(terms, steps);
      const events = strides.flatMap((stride) => stride.events);
      const taken = ofType(events, 'PaymentConfirmed').map(({ data }) => data.paymentId);
      t.is(new Set(taken).size, taken.length, 'each payment is taken once');
      const purposes = ofType(events, 'PaymentPlanned')
        .filter(({ data }) => taken.includes(data.paymentId))
        .map(({ data }) => data.purpose);
      const count = (purpose: string) => purposes.filter((other) => other === purpose).length;
      t.true(count('RENTAL') <= 1);
      t.true(count('CANCELLATION_FEE') <= 1);
      t.is(count('EXTENSION'), ofType(events, 'RentalExtended').length);
      const isStartPaid = ofType(events, 'RentalStarted').length === 1;
      t.is(count('RENTAL'), isStartPaid && terms.paymentModel === 'PREPAID' ? 1 : 0);
    }),
    { numRuns: 200 },
  );
});

test('P-069: what is paid never exceeds what the rental costs at that moment', (t) => {
  eachStride(({ after, command, history, events }) => {
    const isForced = after?.completion?.reason === 'FORCED';
    if (!after?.run || after.cancellation !== null || isForced) return;
    const { paid, cost } = auditedBooks([...history, ...events], command.at);
    t.true(paid <= cost, `paid ${paid} of ${cost}`);
  });
});

test('P-023: nothing is held for a rental that is over, and nothing is kept of one that never ran', (t) => {
  eachStride(({ after }) => {
    if (after === null || (after.completion === null && after.cancellation === null)) return;
    const stillOpen = [...after.payments.values()].filter(
      (payment) => isOpenPayment(payment) && payment.purpose !== 'DUE',
    );
    t.deepEqual(stillOpen, []);
    if (after.cancellation !== null && after.run === null) {
      t.is(paidSoFar(after).amount.minor, 0);
      t.is(after.cancellation.fee.minor, 0);
    }
  });
});

test('CAN-3, CAN-5: fee and refund are what was paid, to the paisa', (t) => {
  eachStride(({ after, events, state }) => {
    const [cancelled] = ofType(events, 'RentalCancelled');
    if (cancelled === undefined || state === null || after === null) return;
    const { fee, refund } = cancelled.data;
    // Everything is paid at 10 points for NPR 1 here, and exactly, so a point is 10 paisa.
    const given = refund.points * 10 + refund.wallet.minor;
    t.is(fee.minor + given, paidSoFar(after).amount.minor);
  });
});

test('P-031: what is owed does not depend on what was asked, refused or timed meanwhile', (t) => {
  const harmless = ['MarkOverdue', 'MarkReminderDue', 'OpenDue', 'AssignPowerBank'] as const;
  fc.assert(
    fc.property(someTerms, someSteps, (terms, steps) => {
      for (const { state, after, command } of walk(terms, steps)) {
        if (state === null || after === null) continue;
        if (!harmless.some((type) => type === command.type)) continue;
        const at = plusMinutes(command.at, 500);
        t.deepEqual(owedAt(after, at), owedAt(state, at));
      }
    }),
    { numRuns: 200 },
  );
});
