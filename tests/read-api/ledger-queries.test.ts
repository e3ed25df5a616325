import test from 'ava';
import fc from 'fast-check';
import { dayOf, plusDays } from '../../domain/shared/day.js';
import { type Instant, instant, instantOfMs, plusMs } from '../../domain/shared/instant.js';
import { paisa } from '../../domain/shared/money.js';
import { prepare } from '../../projections/engine/prepare.js';
import { useSchema } from '../../projections/engine/schema.js';
import { ledger } from '../../projections/ledger/index.js';
import { daysOf, familiesAt, type PostingRow, statementOf } from '../../read-api/queries/ledger.js';
import { createTestDatabase } from '../support/postgres.js';
import { logged } from '../support/read-model.js';

const [earliest, latest] = [
  instant('2026-03-01T12:00:00.000Z'),
  instant('2026-03-04T12:00:00.000Z'),
];

/** Few moments, so that many facts share one, around two midnights in Kathmandu. */
const moments: fc.Arbitrary<Instant> = fc.oneof(
  fc
    .integer({ min: Date.parse(earliest), max: Date.parse(latest) })
    .map((ms) => instantOfMs(ms - (ms % 3_600_000))),
  fc.constantFrom(
    instant('2026-03-01T18:14:59.999Z'),
    instant('2026-03-01T18:15:00.000Z'),
    instant('2026-03-02T18:14:59.999Z'),
    instant('2026-03-02T18:15:00.000Z'),
  ),
);

interface Fact {
  readonly minor: number;
  readonly at: Instant;
}

const [facts = []] = fc.sample(
  fc.array(fc.record({ minor: fc.integer({ min: -500, max: 500 }), at: moments }), {
    minLength: 150,
    maxLength: 150,
  }),
  { numRuns: 1, seed: 20_261_122 },
);

const wallet = 'liabilities:wallets:u-1';

/** A fact that becomes known late is in the log after facts that happened later. */
const events = logged(
  facts.map(({ minor, at }, index) => ({
    stream: 'wallet-u-1',
    type: 'WalletAdjusted',
    data: { adjustmentId: `a-${index}`, amount: paisa(minor), reason: 'sealed', at },
  })),
);

/** What the wallet was by a dull sum over the facts. */
const balanceOf = (happened: (fact: Fact) => boolean): number =>
  facts.filter(happened).reduce((sum, { minor }) => sum - minor, 0);

test('whatever the period and the page, a statement is the sum of what happened', async (t) => {
  const { database } = await createTestDatabase(t);
  await prepare(database, ledger);
  await database.transaction(async (tx) => {
    await useSchema(tx, ledger.name);
    await ledger.apply(events, tx);
  });

  const period = fc.tuple(moments, moments).map(([one, other]) => [one, other].toSorted());
  const statements = fc.asyncProperty(
    period,
    fc.integer({ min: 1, max: 60 }),
    async (ends, limit) => {
      const [from = earliest, to = latest] = ends.map((end) => instant(end));
      const until = plusMs(to, 1);
      const found: PostingRow[] = [];
      for (;;) {
        const last = found.at(-1);
        const first =
          last === undefined
            ? null
            : { at: last.at, position: last.position.toString(), line: last.line + 1 };
        const page = await statementOf(database, wallet, { from, until, first, limit });
        t.is(
          page.opening,
          balanceOf(({ at }) => at < from),
        );
        t.is(
          page.closing,
          balanceOf(({ at }) => at <= to),
        );
        t.is(
          page.brought,
          found.reduce((sum, row) => sum + row.amount_minor, page.opening),
        );
        found.push(...page.lines);
        if (page.lines.length < limit) break;
      }
      const within = facts.filter(({ minor, at }) => minor !== 0 && from <= at && at <= to);
      t.is(found.length, within.length);
      t.deepEqual(
        found.map(({ at }) => at),
        within.map(({ at }) => at).toSorted(),
      );
    },
  );
  await fc.assert(statements, { numRuns: 25 });

  const trialBalances = fc.asyncProperty(moments, async (at) => {
    const families = await familiesAt(database, at);
    const balances = families.map(({ family, debits_minor, credits_minor }) => [
      family,
      debits_minor - credits_minor,
    ]);
    const expected = balanceOf((fact) => fact.at <= at);
    const none = !facts.some((fact) => fact.minor !== 0 && fact.at <= at);
    t.deepEqual(
      Object.fromEntries(balances),
      none ? {} : { wallets: expected, 'staff-adjustment': 0 - expected },
    );
  });
  await fc.assert(trialBalances, { numRuns: 25 });

  const [from, to] = [plusDays(dayOf(earliest), -1), plusDays(dayOf(latest), 1)];
  const days = await daysOf(database, wallet, { from, to, limit: 100 });
  t.is(days.length, 6);
  for (const { day, balance_minor } of days) {
    t.is(
      balance_minor,
      balanceOf(({ at }) => dayOf(at) <= day),
      day,
    );
  }
});
