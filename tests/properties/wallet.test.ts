import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import type { Instant } from '../../domain/shared/instant.js';
import {
  spendable,
  type WalletCommand,
  type WalletEvent,
  type WalletState,
  wallet,
} from '../../domain/wallet/index.js';
import { walletCommands } from '../support/wallet-commands.js';

interface Step {
  readonly command: WalletCommand;
  readonly before: WalletState;
  readonly answer: ReturnType<typeof wallet.decide>;
  readonly after: WalletState;
  /** Everything that has happened so far, this step included. */
  readonly history: readonly WalletEvent[];
}

const run = (wishes: readonly WalletCommand[], look: (step: Step) => void): void => {
  let before = wallet.initial;
  let history: readonly WalletEvent[] = [];
  for (const command of wishes) {
    const answer = wallet.decide(command, before);
    const events = E.isRight(answer) ? answer.right : [];
    const after = events.reduce(wallet.evolve, before);
    history = [...history, ...events];
    look({ command, before, answer, after, history });
    before = after;
  }
};

const signedPaisa = (event: WalletEvent): number => {
  switch (event.type) {
    case 'FundsCredited':
    case 'WalletAdjusted':
      return event.data.amount.minor;
    case 'FundsCaptured':
    case 'FundsDebited':
      return 0 - event.data.amount.minor;
    case 'FundsHeld':
    case 'FundsReleased':
      return 0;
  }
};

test('P-064: after every step money is what the entries say, and never negative', (t) => {
  fc.assert(
    fc.property(walletCommands, (wishes) => {
      run(wishes, ({ after, history }) => {
        const entries = history.reduce((sum, event) => sum + signedPaisa(event), 0);
        const open = [...after.openHolds.values()].reduce((sum, h) => sum + h.remaining.minor, 0);
        t.is(after.balance.minor, entries, 'balance = sum of entries');
        t.is(after.held.minor, open, 'held = sum of open holds');
        t.true(spendable(after).minor >= 0, 'spendable is not negative');
        t.true([...after.openHolds.values()].every(({ remaining }) => remaining.minor > 0));
      });
    }),
  );
});

test('every hold is closed at most once, and what it held is captured or given back', (t) => {
  fc.assert(
    fc.property(walletCommands, (wishes) => {
      let all: readonly WalletEvent[] = [];
      let last = wallet.initial;
      run(wishes, ({ history, after }) => {
        all = history;
        last = after;
      });
      for (const { type, data } of all) {
        if (type !== 'FundsHeld') continue;
        const ofHold = all.filter((e) => 'holdId' in e.data && e.data.holdId === data.holdId);
        const ended = ofHold.reduce(
          (sum, e) =>
            e.type === 'FundsCaptured' || e.type === 'FundsReleased'
              ? sum + e.data.amount.minor
              : sum,
          0,
        );
        const open = last.openHolds.get(data.holdId)?.remaining.minor ?? 0;
        t.is(ended + open, data.amount.minor);
        t.true(ofHold.filter((e) => e.type === 'FundsHeld').length === 1);
        t.true(ofHold.filter((e) => e.type === 'FundsReleased').length <= 1);
      }
    }),
  );
});

test('P-062, P-096: a command that was granted adds nothing when it comes again', (t) => {
  fc.assert(
    fc.property(walletCommands, (wishes) => {
      run(wishes, ({ command, answer, after }) => {
        if (E.isLeft(answer)) return;
        t.deepEqual(wallet.decide(command, after), E.right([]), command.type);
      });
    }),
  );
});

test('a granted capture cannot be asked again with the other idea of being final', (t) => {
  fc.assert(
    fc.property(walletCommands, (wishes) => {
      run(wishes, ({ command: wish, answer, after }) => {
        if (wish.type !== 'CaptureHold' || E.isLeft(answer)) return;
        const [captured] = answer.right;
        if (captured?.type !== 'FundsCaptured') return;
        const tookAll = captured.data.remaining.minor === 0;
        const again = wallet.decide({ ...wish, final: !wish.final }, after);
        const id = wish.captureId;
        t.deepEqual(
          again,
          tookAll ? E.right([]) : E.left({ kind: 'IdReused' as const, id, differing: ['final'] }),
        );
      });
    }),
  );
});

test('a decision leaves the state that it was asked on as it was', (t) => {
  fc.assert(
    fc.property(walletCommands, (wishes) => {
      run(wishes, ({ command, before }) => {
        const copy = structuredClone(before);
        wallet.decide(command, before);
        t.deepEqual(before, copy);
      });
    }),
  );
});

/** A wallet once more, dull and mutable, which judges the replies of the real one. */
class DullWallet {
  free = 0;
  readonly holds = new Map<string, { held: number; first: string; until: string; by: string }>();
  readonly seen = new Map<string, string>();

  /** What the answer must be: a word of refusal, `quiet` for a repetition, or `ok`. */
  hear(command: WalletCommand): string {
    const { type } = command;
    switch (type) {
      case 'CreditWallet': {
        const {
          creditId,
          amount: { minor },
          source,
        } = command;
        return this.enter(creditId, `${type}/${minor}/${source}`, { change: minor, ok: minor > 0 });
      }
      case 'DebitWallet': {
        const {
          debitId,
          amount: { minor },
        } = command;
        return this.enter(debitId, `${type}/${minor}`, { change: 0 - minor, ok: minor > 0 });
      }
      case 'AdjustWallet': {
        const {
          adjustmentId,
          amount: { minor },
        } = command;
        // Reasons are sealed anew each time, so they are not compared.
        const content = `${type}/${minor}`;
        return this.enter(adjustmentId, content, { change: minor, ok: minor !== 0 });
      }
      case 'HoldFunds':
        return this.hold(command);
      case 'CaptureHold':
        return this.capture(command);
      case 'ReleaseHold':
      case 'ExpireHold':
        return this.end(command);
    }
  }

  private enter(id: string, content: string, { change, ok }: { change: number; ok: boolean }) {
    const first = this.seen.get(id);
    if (first !== undefined) return first === content ? 'quiet' : 'IdReused';
    if (!ok) return 'AmountNotAllowed';
    if (this.free + change < 0) return 'InsufficientFunds';
    this.seen.set(id, content);
    this.free += change;
    return 'ok';
  }

  private hold(wish: Extract<WalletCommand, { type: 'HoldFunds' }>): string {
    const first = `${wish.amount.minor}${wish.purpose}`;
    const known = this.holds.get(wish.holdId);
    if (known !== undefined) return known.first === first ? 'quiet' : 'IdReused';
    if (wish.amount.minor <= 0) return 'AmountNotAllowed';
    if (this.free < wish.amount.minor) return 'InsufficientFunds';
    this.free -= wish.amount.minor;
    this.holds.set(wish.holdId, { held: wish.amount.minor, first, until: wish.expiresAt, by: '' });
    return 'ok';
  }

  private capture(wish: Extract<WalletCommand, { type: 'CaptureHold' }>): string {
    const content = `Capture${wish.holdId}/${wish.amount.minor}`;
    const first = this.seen.get(wish.captureId);
    if (first !== undefined) {
      const same = [`${content}/all`, `${content}/${wish.final}`].includes(first);
      return same ? 'quiet' : 'IdReused';
    }
    if (wish.amount.minor <= 0) return 'AmountNotAllowed';
    const hold = this.holds.get(wish.holdId);
    if (hold === undefined) return 'HoldUnknown';
    if (hold.by !== '') return 'HoldClosed';
    if (hold.held < wish.amount.minor) return 'ExceedsHold';
    hold.held -= wish.amount.minor;
    this.seen.set(wish.captureId, `${content}/${hold.held === 0 ? 'all' : wish.final}`);
    if (wish.final) {
      this.free += hold.held;
      hold.held = 0;
    }
    if (hold.held === 0) hold.by = 'capture';
    return 'ok';
  }

  private end(wish: { type: string; holdId: string; at: Instant }): string {
    const hold = this.holds.get(wish.holdId);
    if (hold === undefined) return 'HoldUnknown';
    const isRelease = wish.type === 'ReleaseHold';
    if (hold.by !== '') return isRelease && hold.by === 'capture' ? 'HoldClosed' : 'quiet';
    if (!isRelease && wish.at < hold.until) return 'HoldNotExpired';
    this.free += hold.held;
    hold.held = 0;
    hold.by = isRelease ? 'release' : 'expiry';
    return 'ok';
  }
}

test('P-064: a dull second wallet hears the same commands and agrees with every reply', (t) => {
  fc.assert(
    fc.property(walletCommands, (wishes) => {
      const dull = new DullWallet();
      run(wishes, ({ command, answer, after }) => {
        const granted = E.isRight(answer) && answer.right.length > 0 ? 'ok' : 'quiet';
        t.is(E.isLeft(answer) ? answer.left.kind : granted, dull.hear(command), command.type);
        t.is(spendable(after).minor, dull.free);
      });
    }),
  );
});
