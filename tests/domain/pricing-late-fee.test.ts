import test from 'ava';
import {
  fallbackLateFeeTerms,
  type LateFeeCandidate,
  type LateFeeTerms,
  lateFee,
  lateRateOf,
  overdueMinutesOf,
  type RatePerMinute,
  selectLateFeeTerms,
} from '../../domain/pricing/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { LateFeeConfigId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees, toRupees, zero } from '../../domain/shared/money.js';

const configId = (text: string) => brandOrThrow(LateFeeConfigId, text);

const byMultiplier = (id: string, multiplier: number, graceMinutes: number, cap: string) => ({
  configId: configId(id),
  feeType: 'MULTIPLIER' as const,
  multiplierHundredths: multiplier * 100,
  flatRatePerHour: zero,
  graceMinutes,
  capPerDay: rupees(cap),
});

const hourlyDouble = byMultiplier('hourly-double', 2, 2, '100');
const earlierStandard = byMultiplier('earlier-standard', 2, 15, '1000');
const holidayTriple = byMultiplier('holiday-triple', 3, 0, '2000');
const flat: LateFeeTerms = {
  ...byMultiplier('flat', 1, 30, '300'),
  feeType: 'FLAT_RATE',
  flatRatePerHour: rupees('50'),
};
const compound: LateFeeTerms = {
  ...byMultiplier('compound', 2, 10, '500'),
  feeType: 'COMPOUND',
  flatRatePerHour: rupees('25'),
};
const noConfiguration = fallbackLateFeeTerms(200);

const rate = (price: string, minutes: number): RatePerMinute => ({
  price: rupees(price),
  minutes,
});
const oneHour = rate('50', 60);
const twoHours = rate('100', 120);
const fourHours = rate('150', 240);
const daily = rate('300', 1_440);

interface Examples {
  readonly title: string;
  readonly terms: LateFeeTerms;
  readonly rate: RatePerMinute;
  /** One worked example a line, as the rules print them: overdue minutes, fee in rupees. */
  readonly rows: string;
}

const examples: readonly Examples[] = [
  {
    title: '1 h/50 at the hourly double rate (2 min grace, cap 100)',
    terms: hourlyDouble,
    rate: oneHour,
    rows: `
         1     0.00
         2     0.00
         3     1.67
        17    25.00
        32    50.00
        47    75.00
        62   100.00
        90   100.00
       180   100.00
      1442   100.00
      1443   200.00
      1560   200.00
      2882   200.00
      2883   300.00`,
  },
  {
    title: '4 h/150 at the hourly double rate',
    terms: hourlyDouble,
    rate: fourHours,
    rows: `
        32    37.50
        62    75.00
        82   100.00
       600   100.00
      1500   200.00`,
  },
  {
    title: 'daily/300 if the hourly double rate were extended to DAILY',
    terms: hourlyDouble,
    rate: daily,
    rows: `
        32    12.50
        62    25.00
       240    99.17
       242   100.00
      1500   200.00`,
  },
  {
    title: '2 h/100 at the earlier standard (15 min grace, cap 1000)',
    terms: earlierStandard,
    rate: twoHours,
    rows: `
        10     0.00
        15     0.00
        20     8.33
        60    75.00
        75   100.00
      1200  1000.00
      5760  4000.00`,
  },
  {
    title: 'any package at flat 50/h (30 min grace, cap 300)',
    terms: flat,
    rate: daily,
    rows: `
        30     0.00
        90    50.00
       120    75.00
       390   300.00
       600   300.00
      1471   600.00`,
  },
  {
    title: '1 h/50 at compound 2× + 25/h (10 min grace, cap 500)',
    terms: compound,
    rate: oneHour,
    rows: `
        10     0.00
        70   125.00
       130   250.00
       310   500.00
      1500  1000.00`,
  },
  {
    title: '1 h/50 at holiday triple (no grace, cap 2000)',
    terms: holidayTriple,
    rate: oneHour,
    rows: `
         1     2.50
        60   150.00
       800  2000.00
      1441  3602.50`,
  },
  {
    title: '1 h/50 without a configuration',
    terms: noConfiguration,
    rate: oneHour,
    rows: `
         1     1.67
        60   100.00
      1440  2400.00`,
  },
];

for (const { title, terms, rate: chosen, rows } of examples) {
  for (const row of rows.trim().split('\n')) {
    const [minutes = '', fee = ''] = row.trim().split(/\s+/);
    test(`LATE-1 to LATE-4: ${title}: ${minutes} minutes late cost ${fee}`, (t) => {
      t.is(toRupees(lateFee(terms, chosen, Number(minutes)).fee), fee);
    });
  }
}

test('P-030: a fee names its configuration and every input it was computed from', (t) => {
  t.deepEqual(lateFee(hourlyDouble, oneHour, 1_443), {
    fee: rupees('200.00'),
    overdueMinutes: 1_443,
    effectiveMinutes: 1_441,
    capPeriods: 2,
    isCapped: true,
    terms: hourlyDouble,
    rate: oneHour,
  });
});

test('a fee that equals its cap is not called capped', (t) => {
  t.false(lateFee(hourlyDouble, oneHour, 62).isCapped);
  t.true(lateFee(hourlyDouble, oneHour, 63).isCapped);
});

test('LATE-1: the due time itself is on time, and a begun minute does not count', (t) => {
  const due = instant('2026-03-01T10:00:00.000Z');
  t.is(overdueMinutesOf(due, instant('2026-03-01T09:00:00.000Z')), 0);
  t.is(overdueMinutesOf(due, due), 0);
  t.is(overdueMinutesOf(due, instant('2026-03-01T10:00:59.999Z')), 0);
  t.is(overdueMinutesOf(due, instant('2026-03-01T10:01:00.000Z')), 1);
});

test('a negative or broken number of minutes is a bug of the caller', (t) => {
  t.throws(() => lateFee(hourlyDouble, oneHour, -1), { name: 'Bug' });
  t.throws(() => lateFee(hourlyDouble, oneHour, 1.5), { name: 'Bug' });
});

test('LATE-6, P-086: the late rate is the list price over the original minutes', (t) => {
  t.deepEqual(lateRateOf({ listPrice: rupees('150'), durationMinutes: 240 }), fourHours);
});

const forHourly: LateFeeCandidate = { ...hourlyDouble, packageTypes: ['HOURLY'] };
const forAll: LateFeeCandidate = { ...holidayTriple, packageTypes: [] };
const fallback = { fallbackMultiplierHundredths: 200 };

test('P-085: a configuration applies to its package types only', (t) => {
  const chosen = selectLateFeeTerms([forHourly], { packageType: 'HOURLY', ...fallback });
  t.deepEqual(chosen, hourlyDouble);
});

test('LATE-4: an empty list of package types means all of them', (t) => {
  const chosen = selectLateFeeTerms([forAll], { packageType: 'MONTHLY', ...fallback });
  t.deepEqual(chosen, holidayTriple);
});

test('LATE-4: without one for the type, twice the rate counts, no grace and no cap', (t) => {
  const chosen = selectLateFeeTerms([forHourly], { packageType: 'DAILY', ...fallback });
  t.deepEqual(chosen, {
    configId: null,
    feeType: 'MULTIPLIER',
    multiplierHundredths: 200,
    flatRatePerHour: zero,
    graceMinutes: 0,
    capPerDay: null,
  });
});
