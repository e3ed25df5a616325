import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { decodeEvent } from '../../domain/registry.js';
import type { RentalEvent } from '../../domain/rental/index.js';
import { rowTextOf } from '../../domain/shared/words.js';
import { sealed } from '../support/sealed.js';

const at = '2026-03-01T04:00:00.000Z';
const none = { minor: 0, currency: 'NPR' };
const sight = { station: 'KTM001', slot: 2, powerBank: '11111111', batteryPercent: null, at };
const cancel = { kind: 'cancel', reason: null, feePaymentId: 'p-1' };
const swap = { kind: 'swap', swapId: 's-1', requestedPowerBank: null, reason: 'OTHER' };
const putBack = { sight, decideBy: at, at };
const charges = {
  use: none,
  extensions: none,
  lateFee: none,
  overdueMinutes: 0,
  penalty: none,
  staffAmount: none,
  total: none,
};

/** Every event that holds what somebody wrote, by what they wrote. */
const holding: Readonly<
  Record<string, (words: unknown) => { readonly type: RentalEvent['type']; readonly data: object }>
> = {
  'a reason to cancel': (reason) => ({
    type: 'CancellationRequested',
    data: { reason, returned: null, at },
  }),
  'the reason of a cancellation': (reason) => ({
    type: 'RentalCancelled',
    data: {
      cause: 'user',
      code: null,
      reason,
      fee: none,
      refund: { points: 0, wallet: none },
      returned: null,
      at,
    },
  }),
  'a wish to cancel': (reason) => ({
    type: 'PutBackAwaited',
    data: { wish: { ...cancel, reason }, until: at, at },
  }),
  'a wish to swap': (description) => ({
    type: 'PutBackAwaited',
    data: { wish: { ...swap, description }, until: at, at },
  }),
  'a bank put back to cancel': (reason) => ({
    type: 'PowerBankPutBack',
    data: { ...putBack, wish: { ...cancel, reason } },
  }),
  'a bank put back to swap': (description) => ({
    type: 'PowerBankPutBack',
    data: { ...putBack, wish: { ...swap, description } },
  }),
  'a swap': (description) => ({
    type: 'SwapRequested',
    data: {
      swapId: 's-1',
      requestedPowerBank: null,
      reason: 'OTHER',
      description,
      returned: sight,
      at,
    },
  }),
  'what staff noted': (note) => ({
    type: 'RentalCompleted',
    data: {
      reason: 'FORCED',
      endedAt: at,
      onTime: false,
      charges,
      paid: none,
      owed: none,
      note,
      at,
    },
  }),
};

const read = (stored: object, schemaVersion: number, type: string) =>
  decodeEvent({ category: 'rental', type, schemaVersion, data: stored });

for (const [title, event] of Object.entries(holding)) {
  test(`${title}: words from before they were sealed are read as they were typed`, (t) => {
    const { type, data } = event('It smells of smoke');
    const lifted = event({ typed: 'It smells of smoke' });
    t.deepEqual<unknown, unknown>(read(data, 1, type), E.right(lifted));
    t.deepEqual<unknown, unknown>(read(event(null).data, 1, type), E.right(event(null)));
  });

  test(`${title}: plain words are no event any more`, (t) => {
    const { type, data } = event('It smells of smoke');
    t.like(read(data, 2, type), { left: { kind: 'BadEventData' } });
    const kept = event(sealed('It smells of smoke'));
    t.deepEqual<unknown, unknown>(read(kept.data, 2, type), E.right(kept));
  });
}

test('a bank that was put back without a wish is read as it was stored', (t) => {
  const data = { ...putBack, wish: null };
  t.deepEqual<unknown, unknown>(
    read(data, 1, 'PowerBankPutBack'),
    E.right({ type: 'PowerBankPutBack', data }),
  );
});

test('in a row words are text, sealed or as they were typed', (t) => {
  t.is(rowTextOf({ typed: 'It smells of smoke' }), 'It smells of smoke');
  t.is(rowTextOf(sealed('a')), sealed('a'));
  t.is(rowTextOf(null), null);
});
