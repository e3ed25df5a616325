/** Random lives of a rental: every kind of wish, most of them sensible, at times that only grow. */

import fc from 'fast-check';
import type { RentalTerms } from '../../domain/pricing/index.js';
import {
  openPayments,
  openSwapOf,
  owedAt,
  type PaymentSplit,
  type RentalCommand,
  type RentalEvent,
  type RentalState,
  rental,
  statusAt,
  takenPayments,
} from '../../domain/rental/index.js';
import type { PaymentId } from '../../domain/shared/ids.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import { type Money, paisa, zero } from '../../domain/shared/money.js';
import {
  bank,
  ejectId,
  minute,
  offer,
  pay,
  rentalId,
  request,
  sight,
  station,
  swapId,
} from './rental.js';
import { sealed } from './sealed.js';

type Kind = RentalCommand['type'];

export interface Step {
  /** `Proceed` is the wish that the process or the renter would have next. */
  readonly kind: Kind | 'Proceed';
  readonly waitSeconds: number;
  readonly pick: number;
  /** Whether bank, split and sight are the right ones. */
  readonly fits: boolean;
}

interface Moment {
  readonly step: Step;
  readonly state: RentalState;
  readonly terms: Partial<RentalTerms>;
  readonly at: Instant;
  /** Number of the step, for ids that nothing had before. */
  readonly count: number;
}

const exactSplit = (amount: Money, { pick, fits }: Step): PaymentSplit => {
  const points = pick % 2 === 0 ? Math.floor(amount.minor / 10) : 0;
  const rest = amount.minor - points * 10;
  return { points, wallet: paisa(fits ? rest : rest + 1) };
};

/** Ids from a small pool, so that wishes repeat; or one that nothing had before. */
const freshOrKnown = (prefix: string, { step, count }: Moment): string =>
  step.fits ? `${prefix}-${count}` : `${prefix}-${step.pick % 4}`;

const somePayment = ({ state, step }: Moment): PaymentId => {
  const open = state === null ? undefined : openPayments(state)[0];
  if (step.fits && open !== undefined) return open.paymentId;
  const ids = [...(state?.payments.keys() ?? [])];
  return ids[step.pick % Math.max(1, ids.length)] ?? pay('p-none');
};

const heldBank = ({ state, step }: Moment) => {
  const known = state?.run?.powerBank ?? state?.assigned?.powerBank ?? bank('PB001');
  return step.fits ? known : (state?.assigned?.powerBank ?? bank('PB009'));
};

const someSwap = ({ state, step }: Moment) =>
  [...(state?.swaps.keys() ?? [])][step.pick % Math.max(1, state?.swaps.size ?? 0)] ??
  swapId('s-none');

const someEject = ({ state }: Moment) => state?.openEject?.ejectId ?? ejectId('e-none');

const look = (moment: Moment) =>
  moment.step.fits ? sight(moment.at, { powerBank: heldBank(moment) }) : null;

const bankOut = ({ state, step }: Moment) => ({
  powerBank: step.fits ? (state?.assigned?.powerBank ?? bank('PB001')) : bank('PB007'),
  slot: 1 + (step.pick % 4),
  batteryPercent: 90,
});

const amountOf = (purpose: 'RENTAL' | 'DUE', { state, at }: Moment): Money => {
  if (state === null) return zero;
  return purpose === 'RENTAL' ? state.request.terms.price : owedAt(state, at);
};

const plan = (purpose: 'RENTAL' | 'DUE', moment: Moment): RentalCommand => ({
  type: 'PlanPayment',
  paymentId: pay(freshOrKnown('p', moment)),
  purpose,
  split: exactSplit(amountOf(purpose, moment), moment.step),
  at: moment.at,
});

const makers: Readonly<Record<Kind, (moment: Moment) => RentalCommand>> = {
  OpenRental: ({ terms, at }) => ({ type: 'OpenRental', rentalId, request: request(terms), at }),
  AssignPowerBank: ({ step: { pick }, at }) => {
    const number = 1 + (pick % 4);
    const there = { powerBank: bank(`PB00${number}`), slot: number, batteryPercent: 90 };
    return { type: 'AssignPowerBank', ...there, at };
  },
  PlanPayment: (moment) => plan(moment.step.pick % 2 === 0 ? 'RENTAL' : 'DUE', moment),
  RecordPaymentSecured: (moment) => ({
    type: 'RecordPaymentSecured',
    paymentId: somePayment(moment),
    at: moment.at,
  }),
  RecordPaymentDeclined: (moment) => ({
    type: 'RecordPaymentDeclined',
    paymentId: somePayment(moment),
    shortfall: paisa(100),
    at: moment.at,
  }),
  RecordPaymentCaptured: (moment) => ({
    type: 'RecordPaymentCaptured',
    paymentId: somePayment(moment),
    at: moment.at,
  }),
  RequestEject: (moment) => ({
    type: 'RequestEject',
    ejectId: ejectId(freshOrKnown('e', moment)),
    at: moment.at,
  }),
  RecordEjectUndecided: (moment) => ({
    type: 'RecordEjectUndecided',
    ejectId: someEject(moment),
    at: moment.at,
  }),
  StartRental: (moment) => ({ type: 'StartRental', ...bankOut(moment), at: moment.at }),
  FailStart: ({ at }) => ({
    type: 'FailStart',
    cause: 'eject-refused',
    code: 'rental_popup_failed',
    at,
  }),
  CancelRental: (moment) => ({
    type: 'CancelRental',
    reason: moment.step.pick % 5 === 0 ? sealed('a reason') : null,
    sight: look(moment),
    feePaymentId: pay(freshOrKnown('p', moment)),
    at: moment.at,
  }),
  RecordRefundPaid: ({ at }) => ({ type: 'RecordRefundPaid', at }),
  RequestExtension: (moment) => ({
    type: 'RequestExtension',
    paymentId: pay(freshOrKnown('p', moment)),
    offer: offer('50'),
    split: exactSplit(paisa(5_000), moment.step),
    at: moment.at,
  }),
  MarkReminderDue: ({ at }) => ({ type: 'MarkReminderDue', at }),
  MarkOverdue: ({ at }) => ({ type: 'MarkOverdue', at }),
  AbandonRental: ({ at }) => ({ type: 'AbandonRental', at }),
  RequestSwap: (moment) => ({
    type: 'RequestSwap',
    swapId: swapId(freshOrKnown('s', moment)),
    sight: look(moment),
    requestedPowerBank: null,
    reason: 'LOW_BATTERY',
    description: null,
    swapsToday: moment.step.pick % 3,
    rentablePowerBanks: 2,
    at: moment.at,
  }),
  AwaitPutBack: (moment) => ({
    type: 'AwaitPutBack',
    wish:
      moment.step.pick % 2 === 0
        ? { kind: 'cancel', reason: null, feePaymentId: pay(freshOrKnown('p', moment)) }
        : {
            kind: 'swap',
            swapId: swapId(freshOrKnown('s', moment)),
            requestedPowerBank: null,
            reason: 'OTHER',
            description: null,
          },
    until: plusSeconds(moment.at, 600),
    at: moment.at,
  }),
  CompletePutBack: ({ at }) => ({ type: 'CompletePutBack', at }),
  CompleteSwap: (moment) => ({
    type: 'CompleteSwap',
    swapId: someSwap(moment),
    ...bankOut(moment),
    at: moment.at,
  }),
  FailSwap: (moment) => ({
    type: 'FailSwap',
    swapId: someSwap(moment),
    code: 'swap_popup_failed',
    at: moment.at,
  }),
  ReturnPowerBank: (moment) => ({
    type: 'ReturnPowerBank',
    station: station(moment.step.pick % 3 === 0 ? 'PKR001' : 'KTM001'),
    slot: 2,
    powerBank: heldBank(moment),
    batteryPercent: null,
    at: moment.at,
  }),
  ForceComplete: ({ step: { pick }, at }) => ({
    type: 'ForceComplete',
    amount: paisa(pick - 1),
    note: sealed('by staff'),
    at,
  }),
  OpenDue: ({ at }) => ({ type: 'OpenDue', at }),
  RecordLostPowerBankFound: ({ at }) => ({
    type: 'RecordLostPowerBankFound',
    station: station('PKR001'),
    slot: 2,
    at,
  }),
};

const nextForRunning = (moment: Moment & { readonly state: NonNullable<RentalState> }): Kind => {
  const { state, step, at } = moment;
  if (openSwapOf(state) !== null) {
    if (state.assigned === null) return 'AssignPowerBank';
    return state.openEject === null ? 'RequestEject' : 'CompleteSwap';
  }
  if (openPayments(state).length > 0) return 'RecordPaymentSecured';
  if (state.status === 'ACTIVE' && statusAt(state, at) === 'OVERDUE') return 'MarkOverdue';
  const wishes: readonly Kind[] = [
    'RequestExtension',
    'RequestSwap',
    'PlanPayment',
    'CancelRental',
    'MarkReminderDue',
    'AbandonRental',
    'AwaitPutBack',
    'ReturnPowerBank',
  ];
  if (state.putBack !== null && step.pick % 2 === 0) return 'CompletePutBack';
  return wishes[step.pick % wishes.length] ?? 'ReturnPowerBank';
};

const nextKind = (moment: Moment): Kind => {
  const { state } = moment;
  if (state === null) return 'OpenRental';
  const hasOpenPayment = openPayments(state).some(({ status }) => status === 'planned');
  switch (state.status) {
    case 'PENDING':
      if (state.assigned === null) return 'AssignPowerBank';
      if (hasOpenPayment) return 'RecordPaymentSecured';
      return state.request.terms.paymentModel === 'PREPAID' && openPayments(state).length === 0
        ? 'PlanPayment'
        : 'RequestEject';
    case 'PENDING_POPUP':
      return 'StartRental';
    case 'ACTIVE':
    case 'OVERDUE':
      return nextForRunning({ ...moment, state });
    case 'COMPLETED':
      return hasOpenPayment ? 'RecordPaymentSecured' : 'PlanPayment';
    case 'CANCELLED':
      return takenPayments(state).length > 0 ? 'RecordRefundPaid' : 'FailStart';
  }
};

const commandOf = (moment: Moment): RentalCommand => {
  const { step, state } = moment;
  const kind = step.kind === 'Proceed' ? nextKind(moment) : step.kind;
  if (step.kind === 'Proceed' && kind === 'PlanPayment') {
    return plan(state?.status === 'PENDING' ? 'RENTAL' : 'DUE', moment);
  }
  return makers[kind](moment);
};

/** One wish of a walk, with what came before it and what it did. */
export interface Stride {
  readonly command: RentalCommand;
  readonly history: readonly RentalEvent[];
  readonly state: RentalState;
  readonly answer: ReturnType<typeof rental.decide>;
  /** The new facts; none when the wish was refused or fulfilled before. */
  readonly events: readonly RentalEvent[];
  readonly after: RentalState;
}

/** Plays the steps one after the other; the clock only goes forward. */
export const walk = (terms: Partial<RentalTerms>, steps: readonly Step[]): readonly Stride[] => {
  const strides: Stride[] = [];
  let history: readonly RentalEvent[] = [];
  let state = rental.initial;
  let at = minute(0);
  for (const [count, step] of steps.entries()) {
    at = plusSeconds(at, step.waitSeconds);
    const command = commandOf({ step, state, terms, at, count });
    const answer = rental.decide(command, state);
    const events = answer._tag === 'Right' ? answer.right : [];
    const after = events.reduce(rental.evolve, state);
    strides.push({ command, history, state, answer, events, after });
    history = [...history, ...events];
    state = after;
  }
  return strides;
};

/** Rare, because they end most lives before anything has happened in them. */
const enders: readonly Kind[] = ['ForceComplete', 'FailStart', 'CancelRental'];

const others = Object.keys(makers).filter(
  (kind): kind is Kind => kind in makers && !enders.some((ender) => ender === kind),
);

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 30, arbitrary: fc.constant('Proceed' as const) },
    { weight: 20, arbitrary: fc.constantFrom(...others) },
    { weight: 1, arbitrary: fc.constantFrom(...enders) },
  ),
  // Seconds, minutes, and now and then a day: most of a rental happens within its hour.
  waitSeconds: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 1_800 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
  ),
  pick: fc.nat({ max: 20_000 }),
  fits: fc.oneof(
    { weight: 4, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
});

export const someSteps: fc.Arbitrary<readonly Step[]> = fc.array(step, {
  minLength: 1,
  maxLength: 40,
  // A rental needs six steps to start; by default most lists would be shorter than a life.
  size: 'max',
});

export const someTerms: fc.Arbitrary<Partial<RentalTerms>> = fc.record({
  paymentModel: fc.constantFrom('PREPAID' as const, 'PREPAID' as const, 'POSTPAID' as const),
  durationMinutes: fc.integer({ min: 1, max: 240 }),
  listPrice: fc.integer({ min: 5_000, max: 20_000 }).map(paisa),
  price: fc.integer({ min: 0, max: 5_000 }).map(paisa),
  lateFee: fc.record({
    configId: fc.constant(null),
    feeType: fc.constantFrom('MULTIPLIER' as const, 'FLAT_RATE' as const, 'COMPOUND' as const),
    multiplierHundredths: fc.integer({ min: 0, max: 300 }),
    flatRatePerHour: fc.integer({ min: 0, max: 6_000 }).map(paisa),
    graceMinutes: fc.integer({ min: 0, max: 15 }),
    capPerDay: fc.option(fc.integer({ min: 0, max: 30_000 }).map(paisa)),
  }),
  maxExtensions: fc.integer({ min: 0, max: 3 }),
  abandonedAfterMinutes: fc.integer({ min: 1, max: 2_880 }),
});
