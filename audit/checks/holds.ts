import type { Position } from '../../ports/event-store.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import type { AccountMove } from '../account-moves.js';
import { moveOf } from '../account-moves.js';
import { isSettled, type LogCheck, nothing, onEachFact } from '../check.js';
import { type Finding, type Place, placeOf } from '../finding.js';
import { SeenIds } from '../seen-ids.js';

interface OpenHold {
  readonly holdId: string;
  readonly place: Place;
  left: number;
  /** Where its payment was given up, so that it must be freed. */
  givenUpAt: Position | null;
}

type HoldMove = Exclude<AccountMove, { kind: 'entry' }>;

/** Holds of all accounts that are open, and a hash of every hold that ever was. */
class Holds {
  readonly #known = new SeenIds();
  readonly open = new Map<string, OpenHold>();

  move(move: HoldMove, place: Place): readonly Finding[] {
    const key = `${place.stream} ${move.holdId}`;
    const hold = this.open.get(key);
    if (move.kind === 'hold') return this.#openUp(key, move, place);
    const finding = (code: string, expected: string, found: string): readonly Finding[] => [
      { code, place, expected, found },
    ];
    if (hold === undefined) {
      const found = this.#known.has(key) ? 'a hold that is closed' : 'a hold that never was';
      return finding('hold-not-open', `hold ${move.holdId} to be open`, found);
    }
    const left = move.kind === 'take' ? move.left : 0;
    const expectedLeft = move.kind === 'take' ? hold.left - move.amount : 0;
    const isRight =
      move.kind === 'take'
        ? left === expectedLeft && left >= 0 && move.amount > 0
        : move.amount === hold.left;
    const before = hold.left;
    hold.left = left;
    if (left === 0) this.open.delete(key);
    if (isRight) return nothing;
    const found = `${move.kind} of ${move.amount} that leaves ${left}`;
    return finding('hold-amount-wrong', `${move.kind} out of the ${before} that are held`, found);
  }

  #openUp(key: string, { holdId, amount }: HoldMove, place: Place): readonly Finding[] {
    const isRepeated = this.#known.add(key);
    this.open.set(key, { holdId, place, left: amount, givenUpAt: null });
    if (!isRepeated) return nothing;
    const expected = `hold ${holdId} to be opened once`;
    return [{ code: 'hold-repeated', place, expected, found: 'opened once more' }];
  }

  /** Both legs of a payment are held under the payment's own id. */
  giveUp(paymentId: string, position: Position): void {
    for (const hold of this.open.values()) {
      if (hold.holdId === paymentId) hold.givenUpAt ??= position;
    }
  }
}

const givenUpPayment = ({ event: { type, data } }: LoggedEvent): string | null =>
  (type === 'PaymentDeclined' || type === 'PaymentReleased') && 'paymentId' in data
    ? data.paymentId
    : null;

export const holdsCloseOnce: LogCheck = {
  name: 'holds-close-once',
  claim: 'a hold is opened once, and what was held is taken or freed once, to the last paisa',
  begin: (around) => {
    const holds = new Holds();
    return onEachFact(
      (logged, { recorded }) => {
        const paymentId = givenUpPayment(logged);
        if (paymentId !== null) holds.giveUp(paymentId, recorded.position);
        const move = moveOf(logged);
        if (move === null || move.kind === 'entry') return nothing;
        return holds.move(move, placeOf(recorded));
      },
      () =>
        [...holds.open.values()].flatMap(({ holdId, place, left, givenUpAt }) =>
          givenUpAt !== null && isSettled(around, givenUpAt)
            ? [
                {
                  code: 'hold-left-open',
                  place,
                  expected: `hold ${holdId} to be freed, its payment was given up`,
                  found: `${left} still held`,
                },
              ]
            : [],
        ),
    );
  },
};

/** Keeps a hash of every entry: 16 to 32 bytes each. */
export const entriesCountOnce: LogCheck = {
  name: 'entries-count-once',
  claim: 'no credit, capture, debit, award or correction is on its account twice',
  begin: () => {
    const seen = new SeenIds();
    return onEachFact((logged, { recorded }) => {
      const move = moveOf(logged);
      if (move === null || !('entryId' in move) || move.entryId === null) return nothing;
      if (!seen.add(`${recorded.stream} ${move.entryId}`)) return nothing;
      const expected = `entry ${move.entryId} to count once`;
      const found = 'the same entry once more';
      return [{ code: 'entry-repeated', place: placeOf(recorded), expected, found }];
    });
  },
};
