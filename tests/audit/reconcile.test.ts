import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { csvRecords } from '../../audit/reconcile/csv-lines.js';
import {
  type Difference,
  type Reconciliation,
  readStatement,
  reconcile,
} from '../../audit/reconcile/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { GatewayName } from '../../domain/wallet/events.js';
import type { ProposedEvent } from '../../ports/event-store.js';
import { csvLine } from '../../ports/http/csv.js';
import { createMemoryEventStore, type MemoryEventStore } from '../support/memory-event-store.js';
import { proposed } from '../support/proposed-event.js';

const rupees = (minor: number) => ({ minor, currency: 'NPR' });

interface Paid {
  readonly gateway?: { readonly name: string; readonly reference: string } | null;
  readonly minor?: number;
  readonly day?: string;
  readonly source?: string;
}

let creditCount = 0;
const credited = (paid: Paid): ProposedEvent => {
  creditCount += 1;
  const { gateway = null, minor = 10_000, day = '2026-03-02', source = 'TOPUP' } = paid;
  const event = proposed('FundsCredited', {
    creditId: `c-${creditCount}`,
    amount: rupees(minor),
    source,
    gateway,
    rentalId: null,
    at: `${day}T04:00:00.000Z`,
  });
  return { ...event, metadata: { ...Object(event.metadata), schemaVersion: 2 } };
};

const by = (name: string, reference: string) => ({ gateway: { name, reference } });
const khalti = (reference: string, more: Paid = {}): Paid => ({
  ...by('khalti', reference),
  ...more,
});

const storeOf = (...paid: readonly Paid[]): MemoryEventStore => {
  const store = createMemoryEventStore();
  for (const each of paid) store.record('wallet-u-1', [credited(each)]);
  return store;
};

interface Compared {
  readonly differences: readonly Difference[];
  readonly sum: Reconciliation;
}

const compare = async (
  store: MemoryEventStore,
  lines: readonly string[],
  period: { readonly from: string | null; readonly to: string | null } = { from: null, to: null },
): Promise<Compared> => {
  const statement = readStatement(['reference,date,amount,fee', ...lines].join('\n'));
  if (E.isLeft(statement)) throw new Error(statement.left.problem);
  const differences: Difference[] = [];
  const sum = await reconcile({
    ...period,
    store,
    gateway: brandOrThrow(GatewayName, 'khalti'),
    statement: statement.right,
    onDifference: (difference) => differences.push(difference),
  });
  return { differences, sum };
};

/** Each difference by its word, its reference and the line of the statement. */
const told = ({ differences }: Compared): readonly string[] =>
  differences.map((difference) => {
    const line = 'theirs' in difference ? difference.theirs.line : '-';
    const { reference } = 'theirs' in difference ? difference.theirs : difference.ours;
    return `${difference.kind} ${reference} ${line}`;
  });

test('payments that are on both sides with the same amount are no difference', async (t) => {
  const store = storeOf(
    khalti('p1'),
    khalti('p2', { minor: 2_505 }),
    by('esewa', 'p3'),
    khalti('late', { day: '2026-04-01' }),
  );
  const compared = await compare(store, ['p1,2026-03-02,100,1.00', 'p2,2026-03-02,25.05,0.5']);
  t.deepEqual(compared.differences, []);
  t.like(compared.sum, {
    from: '2026-03-02',
    to: '2026-03-02',
    matched: { count: 2, amount: rupees(12_505) },
    ours: { count: 2 },
    theirs: { count: 2, amount: rupees(12_505) },
    fees: rupees(150),
    differences: 0,
  });
});

test('each kind of difference is told once, with its place', async (t) => {
  const store = storeOf(
    khalti('both'),
    khalti('only-here'),
    khalti('amount', { minor: 9_999 }),
    khalti('twice-here'),
    khalti('twice-here'),
    khalti('twice-there'),
    by('esewa', 'only-there'),
  );
  const compared = await compare(store, [
    ...['both,2026-03-02,100,', 'only-there,2026-03-02,100,', 'amount,2026-03-02,100,'],
    ...['twice-here,2026-03-02,100,', 'twice-there,2026-03-02,100,'],
    'twice-there,2026-03-02,100,',
  ]);
  t.deepEqual(told(compared), [
    'repeated-there twice-there 7',
    'missing-there only-here -',
    'different-amount amount 4',
    'repeated-here twice-here 5',
    'missing-here only-there 3',
  ]);
  t.like(compared.sum, { differences: 5, matched: { count: 3 }, ours: { count: 6 } });
});

test('a payment that is booked on another day is found by its reference', async (t) => {
  const store = storeOf(
    khalti('midnight', { day: '2026-03-03' }),
    khalti('next-week', { day: '2026-03-09' }),
  );
  const lines = ['midnight,2026-03-02T23:59:59+05:45,100,'];
  t.deepEqual(told(await compare(store, lines)), []);
  const month = { from: '2026-03-01', to: '2026-03-31' };
  t.deepEqual(told(await compare(store, lines, month)), ['missing-there next-week -']);
});

test('a statement of nothing is compared with the days that are asked for', async (t) => {
  const store = storeOf(khalti('p1'));
  t.deepEqual(told(await compare(store, [])), []);
  const days = { from: '2026-03-02', to: '2026-03-02' };
  t.deepEqual(told(await compare(store, [], days)), ['missing-there p1 -']);
});

test('top-ups that name no gateway and events that cannot be read are counted', async (t) => {
  const store = storeOf(khalti('p1'), {}, { source: 'DEMO' });
  store.record('wallet-u-1', [proposed('FundsCredited', { creditId: 'c-2' })]);
  store.record('purse-u-1', [proposed('FundsCredited', {})]);
  const { sum } = await compare(store, ['p1,2026-03-02,100,']);
  t.like(sum, { unnamed: { count: 1, amount: rupees(10_000) }, unreadable: 1, differences: 0 });
});

const faults: Readonly<Record<string, readonly [line: number, problem: RegExp]>> = {
  '': [1, /no line with the names/],
  'reference,amount\np,1': [1, /no column date/],
  'reference,date,amount,Vat\n': [1, /unknown column "vat"/],
  'reference,date,amount,amount\n': [1, /twice/],
  'reference,date,amount\np,2026-03-01': [2, /2 cells instead of 3/],
  'reference,date,amount\n\np,2026-02-30,1': [3, /a date is .* not "2026-02-30"/],
  'reference,date,amount\np,2026-03-01T10:00:00,1': [2, /a date is/],
  'reference,date,amount\np,2026-03-01,"1,150.00"': [2, /an amount is .*"1,150.00"/],
  'reference,date,amount\np,2026-03-01,1.005': [2, /an amount is/],
  'reference,date,amount\np,2026-03-01,0.00': [2, /an amount is/],
  'reference,date,amount\n" ",2026-03-01,1': [2, /a reference has/],
  'reference,date,amount\np\u001b[2J,2026-03-01,1': [2, /control character/],
  'reference,date,amount,fee\np,2026-03-01,1,free': [2, /a fee is/],
  '"reference\n",date,amount\np,2026-03-01,1\n"c,2026-03-01,1': [4, /quotation mark/],
};

for (const [text, [line, problem]] of Object.entries(faults)) {
  test(`a statement that is not in the form is refused with its line: ${JSON.stringify(text)}`, (t) => {
    const read = readStatement(text);
    if (E.isRight(read)) return t.fail('it was read');
    t.is(read.left.line, line);
    t.regex(read.left.problem, problem);
  });
}

test('a statement may have any order of columns, either line end, and quotes', (t) => {
  const read = readStatement('\uFEFFDate,"Amount",Reference\r\n2026-03-01,-5,"a ""b"", c"\r\n');
  t.like(read, { right: [{ line: 2, reference: 'a "b", c', day: '2026-03-01' }] });
});

test('records are what was written, whatever is in their cells', (t) => {
  const cell = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r\n', 'a', ' ') });
  const cells = fc.array(cell, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(cells, { maxLength: 4 }), (rows) => {
      const text = rows.map((row) => csvLine(row.map((each) => `a${each}`))).join('');
      const read = [...csvRecords(text)].map((item) => item.kind === 'record' && item.cells);
      t.deepEqual(
        read,
        rows.map((row) => row.map((each) => `a${each}`)),
      );
    }),
  );
});
