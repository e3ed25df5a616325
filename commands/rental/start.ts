import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { rentalCodeClaimId } from '../../domain/claim/index.js';
import {
  type PaymentChoice,
  payabilityOf,
  type Rental,
  startRefusal,
} from '../../domain/rental/index.js';
import type { RentalRequest } from '../../domain/rental/request.js';
import { claimOf } from '../../domain/renter/index.js';
import { Bug } from '../../domain/shared/assert.js';
import { nullable } from '../../domain/shared/codecs.js';
import {
  PackageId,
  PowerBankSerial,
  RentalCode,
  RentalId,
  StationSerial,
} from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { type Problem, problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { type Route, route } from '../../ports/http/route.js';
import { deriveId } from '../context.js';
import {
  type Asking,
  contextOf,
  idFrom,
  type OperationTools,
  problemsOf,
  settingsNow,
  submit,
  userOf,
  withPosition,
} from '../operation.js';
import { refusalFacts } from '../refusal-facts.js';
import { balancesOf } from '../rental-process/common.js';
import { RentalAnswer, rentalAnswer } from './answer.js';
import { startFailureOf } from './outcome.js';
import { clientPatience, type LoadedRental, waitForRental } from './own-rental.js';
import { paymentChoiceOf, paymentFields } from './payment-wish.js';
import { readStart, type StartWish } from './start-facts.js';

export const StartBody = t.strict(
  {
    station_sn: StationSerial,
    package_id: withDefault(nullable(PackageId), null),
    powerbank_sn: withDefault(nullable(PowerBankSerial), null),
    ...paymentFields,
  },
  'StartRental',
);

/** START-1 to START-9, and what may still go wrong on the way to the cabinet's answer. */
export const startProblems = problemsOf([
  'user_invalid',
  'rental_prerequisites_not_met',
  'active_rental_exists',
  'overdue_rental_exists',
  'unpaid_rental_exists',
  'station_not_found',
  'station_offline',
  'station_maintenance',
  'package_required',
  'package_not_found',
  'no_power_bank_available',
  'requested_powerbank_unavailable',
  'powerbank_station_mismatch',
  'payment_required',
  'payment_mode_not_supported',
  'invalid_wallet_points_split',
  'split_total_mismatch',
  'rental_popup_failed',
]);
type StartCode = (typeof startProblems.codes)[number];

/** How often a rental code is drawn anew when another rental has it. One try in 10⁵ needs two. */
const codeDrawsMax = 5;
const codeAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const codeLength = 8;

/** Eight of A–Z and 0–9 that follow from the rental's id: a repeated start draws the same. */
const drawCode = (rentalId: RentalId, draw: number): RentalCode => {
  const digest = createHash('sha256')
    .update(deriveId(rentalId, 'code', String(draw)))
    .digest();
  let number = digest.readBigUInt64BE();
  let code = '';
  while (code.length < codeLength) {
    code += codeAlphabet.charAt(Number(number % BigInt(codeAlphabet.length)));
    number /= BigInt(codeAlphabet.length);
  }
  return idFrom(RentalCode, code);
};

/** A code that no other rental has (rules 2.7). */
const claimCode = async (
  { handlers }: OperationTools,
  asking: Asking & { readonly now: Instant },
  rentalId: RentalId,
): Promise<RentalCode> => {
  for (let draw = 1; draw <= codeDrawsMax; draw += 1) {
    const code = drawCode(rentalId, draw);
    const claimed = await submit(
      handlers.claim,
      rentalCodeClaimId(code),
      { type: 'ClaimName', bearer: rentalId, at: asking.now },
      contextOf(asking, `code-${draw}`),
    );
    if (E.isRight(claimed)) return code;
  }
  throw new Bug(`no free rental code in ${codeDrawsMax} draws`);
};

type StartAsking = Asking & { readonly now: Instant };

/** What the rental will be opened with, or why it will not be. */
const requestFor = async (
  tools: OperationTools,
  asking: StartAsking,
  { rentalId, wish }: { readonly rentalId: RentalId; readonly wish: StartWish },
): Promise<E.Either<Problem<StartCode>, RentalRequest>> => {
  const { userId, station, powerBank: requestedPowerBank, payment } = wish;
  const { facts, terms } = await readStart(tools.handlers, wish);
  const refusal = startRefusal(facts);
  if (refusal !== null) return E.left(startProblems.refused(refusal));
  if (terms === null) throw new Bug('a start was allowed without a package');
  const rentalCode = await claimCode(tools, asking, rentalId);
  return E.right({ userId, rentalCode, station, requestedPowerBank, terms, payment });
};

/** The request of a start, granted before or judged now. */
const requestOf = async (
  tools: OperationTools,
  asking: StartAsking,
  start: { readonly rentalId: RentalId; readonly wish: StartWish },
): Promise<E.Either<Problem<StartCode>, RentalRequest>> => {
  // A claim of this very wish means that it was granted, and only its answer was lost.
  const { state: renter } = await tools.handlers.renter.load(start.wish.userId);
  const granted = claimOf(renter, start.rentalId);
  return granted === undefined ? requestFor(tools, asking, start) : E.right(granted.request);
};

/** Takes the user's one rental slot, then opens the rental, as the process would (START-11). */
const claimAndOpen = async (
  { handlers }: OperationTools,
  asking: StartAsking,
  { rentalId, request }: { readonly rentalId: RentalId; readonly request: RentalRequest },
): Promise<Problem<StartCode> | null> => {
  const claimed = await submit(
    handlers.renter,
    request.userId,
    { type: 'ClaimRental', rentalId, request, at: asking.now },
    contextOf(asking, 'claim'),
  );
  if (E.isLeft(claimed)) return startProblems.refused(claimed.left);
  const opened = await submit(
    handlers.rental,
    rentalId,
    { type: 'OpenRental', rentalId, request, at: asking.now },
    contextOf(asking, 'open'),
  );
  if (E.isLeft(opened)) throw new Bug(`a claimed rental was not opened: ${opened.left.kind}`);
  return null;
};

/** The facts of a payment that was declined later are read again: balances have moved since. */
const laterFacts = async (
  { handlers }: OperationTools,
  { request }: Rental,
): Promise<ReturnType<typeof refusalFacts>> => {
  const [available, settings] = await Promise.all([
    balancesOf({ handlers }, request.userId),
    settingsNow(handlers),
  ]);
  const payability = payabilityOf({
    terms: request.terms,
    choice: request.payment,
    available,
    topUpStep: settings.topUpSuggestionStep,
  });
  return E.isLeft(payability) ? refusalFacts(payability.left) : {};
};

/** Why the rental came to nothing while the client waited; `null` when it did not. */
const failureOf = async (
  tools: OperationTools,
  { rental }: LoadedRental,
): Promise<Problem<StartCode> | null> => {
  if (rental.status !== 'CANCELLED') return null;
  const word = await startFailureOf(tools, rental.rentalId);
  if (word === null) return null;
  const code = startProblems.named(word);
  const ofPayment = code === 'payment_required' ? await laterFacts(tools, rental) : {};
  return problem(code, { facts: { rental_id: rental.rentalId, ...ofPayment } });
};

const isDecided = ({ status }: Rental): boolean =>
  status !== 'PENDING' && status !== 'PENDING_POPUP';

const wishOf = (
  asking: StartAsking & { readonly body: t.TypeOf<typeof StartBody> },
  payment: PaymentChoice,
): StartWish => ({
  userId: userOf(asking),
  station: asking.body.station_sn,
  packageId: asking.body.package_id,
  powerBank: asking.body.powerbank_sn,
  payment,
  at: asking.now,
});

export interface StartLimits {
  /** Setting RENTAL_START_LIMIT_PER_MINUTE (rules 3.2). */
  readonly rentalStartsPerMinuteMax: number;
}

const description = [
  'Checks START-1 to START-9 in order, takes the one rental that the user may have, and lets the',
  'cabinet release a power bank. Without `Prefer: wait` the answer comes at once and the rental is',
  'still `PENDING`; with it the answer waits for the cabinet. Nothing is charged before the bank',
  'is out. `payment_mode: direct` is refused while no payment gateway is connected.',
].join(' ');

export const startRental = (tools: OperationTools, limits: StartLimits): Route =>
  route({
    operation: 'startRental',
    method: 'POST',
    path: '/api/rentals/start',
    summary: 'Starts a rental at a station',
    description,
    tag: 'Rentals',
    idempotency: 'required',
    wait: true,
    body: StartBody,
    responses: { 201: RentalAnswer },
    problems: startProblems.codes,
    rateLimits: [
      {
        name: 'rental-start',
        // Asked anew each time: staff may change the setting while the program runs.
        get requestsMax() {
          return limits.rentalStartsPerMinuteMax;
        },
        windowSeconds: 60,
        key: ({ principal }) => principal.id,
        whenStoreFails: 'allow',
      },
    ],
    handler: async (asking, answer) => {
      const payment = paymentChoiceOf(asking.body);
      if (E.isLeft(payment)) return payment.left;
      const rentalId = idFrom(RentalId, deriveId(asking.commandId, 'rental'));
      const wish = wishOf(asking, payment.right);
      const request = await requestOf(tools, asking, { rentalId, wish });
      if (E.isLeft(request)) return request.left;
      const refused = await claimAndOpen(tools, asking, { rentalId, request: request.right });
      if (refused !== null) return refused;
      const loaded = await waitForRental(tools, rentalId, {
        isAsWished: isDecided,
        patience: clientPatience(asking),
      });
      if (loaded === null) throw new Bug(`rental ${rentalId} is not there after its start`);
      const failure = await failureOf(tools, loaded);
      if (failure !== null) return { ...failure, ...withPosition(loaded.position) };
      const data = rentalAnswer(loaded.rental, asking.now);
      const message = isDecided(loaded.rental)
        ? 'The rental has started'
        : 'The rental is on its way';
      return answer(201, data, { message, ...withPosition(loaded.position) });
    },
  });
