import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import {
  type PointsCommand,
  type PointsEvent,
  type PointsState,
  points,
  spendablePoints,
} from '../../domain/points/index.js';
import { pointsCommands } from '../support/points-commands.js';

interface Step {
  readonly command: PointsCommand;
  readonly before: PointsState;
  readonly answer: ReturnType<typeof points.decide>;
  readonly after: PointsState;
  /** Everything that has happened so far, this step included. */
  readonly history: readonly PointsEvent[];
}

const run = (wishes: readonly PointsCommand[], look: (step: Step) => void): void => {
  let before = points.initial;
  let history: readonly PointsEvent[] = [];
  for (const command of wishes) {
    const answer = points.decide(command, before);
    const events = E.isRight(answer) ? answer.right : [];
    const after = events.reduce(points.evolve, before);
    history = [...history, ...events];
    look({ command, before, answer, after, history });
    before = after;
  }
};

const sumOf = (history: readonly PointsEvent[], ...types: readonly PointsEvent['type'][]): number =>
  history
    .filter(({ type }) => types.includes(type))
    .reduce((sum, { data }) => sum + data.points, 0);

test('P-064: after every step points are what the entries say, and never negative', (t) => {
  fc.assert(
    fc.property(pointsCommands, (wishes) => {
      run(wishes, ({ after, history }) => {
        const came = sumOf(history, 'PointsAwarded', 'PointsGivenBack', 'PointsAdjusted');
        const open = [...after.openHolds.values()].reduce((sum, hold) => sum + hold.points, 0);
        t.is(after.balance, came - sumOf(history, 'PointsRedeemed'), 'balance = sum of entries');
        t.is(after.held, open, 'held = sum of open holds');
        t.true(spendablePoints(after) >= 0, 'spendable is not negative');
      });
    }),
  );
});

test('PTS-1, P-066: the lifetime total is the sum of the awards and nothing else', (t) => {
  fc.assert(
    fc.property(pointsCommands, (wishes) => {
      run(wishes, ({ after, history }) => {
        t.is(after.lifetimeEarned, sumOf(history, 'PointsAwarded'));
      });
    }),
  );
});

test('P-096: a command that was granted adds nothing when it comes again', (t) => {
  fc.assert(
    fc.property(pointsCommands, (wishes) => {
      run(wishes, ({ command, answer, after }) => {
        if (E.isLeft(answer)) return;
        t.deepEqual(points.decide(command, after), E.right([]), command.type);
      });
    }),
  );
});

test('a decision leaves the state that it was asked on as it was', (t) => {
  fc.assert(
    fc.property(pointsCommands, (wishes) => {
      run(wishes, ({ command, before }) => {
        const copy = structuredClone(before);
        points.decide(command, before);
        t.deepEqual(before, copy);
      });
    }),
  );
});

/** An account once more, dull and mutable, which judges the replies of the real one. */
class DullAccount {
  free = 0;
  readonly holds = new Map<string, { points: number; until: string; ended: string }>();
  readonly seen = new Map<string, string>();

  /** What the answer must be: a word of refusal, `quiet` for a repetition, or `ok`. */
  hear(command: PointsCommand): string {
    const { type } = command;
    switch (type) {
      case 'AwardPoints': {
        const { awardId, points: change, source } = command;
        return this.enter(awardId, `${type}/${change}/${source}`, { change, ok: change > 0 });
      }
      case 'GiveBackPoints': {
        const { givingBackId, points: change } = command;
        return this.enter(givingBackId, `${type}/${change}`, { change, ok: change > 0 });
      }
      case 'AdjustPoints': {
        const { adjustmentId, points: change } = command;
        return this.enter(adjustmentId, `${type}/${change}`, {
          change,
          ok: change !== 0,
        });
      }
      case 'HoldPoints':
        return this.hold(command);
      case 'RedeemHold':
      case 'ReleaseHold':
      case 'ExpireHold':
        return this.end(command);
    }
  }

  private enter(id: string, content: string, { change, ok }: { change: number; ok: boolean }) {
    const first = this.seen.get(id);
    if (first !== undefined) return first === content ? 'quiet' : 'IdReused';
    if (!ok) return 'PointsNotAllowed';
    if (this.free + change < 0) return 'InsufficientPoints';
    this.seen.set(id, content);
    this.free += change;
    return 'ok';
  }

  private hold(wish: Extract<PointsCommand, { type: 'HoldPoints' }>): string {
    const known = this.holds.get(wish.holdId);
    if (known !== undefined) return known.points === wish.points ? 'quiet' : 'IdReused';
    if (wish.points <= 0) return 'PointsNotAllowed';
    if (this.free < wish.points) return 'InsufficientPoints';
    this.free -= wish.points;
    this.holds.set(wish.holdId, { points: wish.points, until: wish.expiresAt, ended: '' });
    return 'ok';
  }

  private end(wish: { type: string; holdId: string; at: string }): string {
    const hold = this.holds.get(wish.holdId);
    if (hold === undefined) return 'HoldUnknown';
    if (hold.ended !== '') {
      const isTaken = hold.ended === 'RedeemHold';
      if (wish.type === 'RedeemHold') return isTaken ? 'quiet' : 'HoldClosed';
      return wish.type === 'ReleaseHold' && isTaken ? 'HoldClosed' : 'quiet';
    }
    if (wish.type === 'ExpireHold' && wish.at < hold.until) return 'HoldNotExpired';
    if (wish.type !== 'RedeemHold') this.free += hold.points;
    hold.ended = wish.type;
    return 'ok';
  }
}

test('P-064: a dull second account hears the same commands and agrees with every reply', (t) => {
  fc.assert(
    fc.property(pointsCommands, (wishes) => {
      const dull = new DullAccount();
      run(wishes, ({ command, answer, after }) => {
        const granted = E.isRight(answer) && answer.right.length > 0 ? 'ok' : 'quiet';
        t.is(E.isLeft(answer) ? answer.left.kind : granted, dull.hear(command), command.type);
        t.is(spendablePoints(after), dull.free);
      });
    }),
  );
});
