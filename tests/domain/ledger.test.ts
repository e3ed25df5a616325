import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import * as io from 'io-ts';
import { packageRoot } from '../../bin/package-root.js';
import {
  AccountCode,
  accountOf,
  chart,
  familyNames,
  parseAccount,
  soleAccount,
  valuelessCategories,
} from '../../domain/ledger/index.js';
import { AwardSource } from '../../domain/points/events.js';
import { eventsByCategory, isCategory } from '../../domain/registry.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { Integer } from '../../domain/shared/codecs.js';
import {
  dayOf,
  endOfDay,
  firstInstantOf,
  lastInstantOf,
  plusDays,
  startOfDay,
} from '../../domain/shared/day.js';
import type { EventDefinitions } from '../../domain/shared/events.js';
import { UserId } from '../../domain/shared/ids.js';
import { instant, plusMs } from '../../domain/shared/instant.js';
import { Money } from '../../domain/shared/money.js';

test('a code says which account it is, whatever characters an id has', (t) => {
  fc.assert(
    fc.property(fc.stringMatching(UserId.pattern), (user) => {
      const code = accountOf('wallets', user);
      t.deepEqual(parseAccount(code), { family: 'wallets', owner: user });
    }),
  );
  t.deepEqual(parseAccount(soleAccount('late-fee')), { family: 'late-fee', owner: null });
  for (const award of Object.keys(AwardSource.keys)) {
    const parsed = parseAccount(accountOf('points-awarded', award));
    t.deepEqual(parsed, { family: 'points-awarded', owner: award });
  }
});

test('a code that the chart does not have is no account', (t) => {
  for (const text of [
    'income:wallets:u-1',
    'liabilities:wallets',
    'income:rental:r-1',
    'assets:gold',
  ]) {
    t.is(parseAccount(brandOrThrow(AccountCode, text)), null, text);
  }
});

test('every family has its place in the chart and a title of its own', (t) => {
  t.is(familyNames.length, Object.keys(chart).length);
  t.is(new Set(familyNames.map((name) => chart[name].title)).size, familyNames.length);
});

const range = { min: new Date('2000-01-02'), max: new Date('8999-12-30'), noInvalidDate: true };
const instants = fc.date(range).map((date) => instant(date.toISOString()));

test('the page for auditors has every account, with its class and its asset', async (t) => {
  const page = await readFile(join(packageRoot, 'docs/audit.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const name of familyNames) {
    const { class: accountClass, asset, owner } = chart[name];
    const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``)) ?? '';
    const [, , place = '', of = ''] = row.split('|').map((cell) => cell.trim());
    t.deepEqual([name, place, of], [name, `${accountClass}, ${asset}`, owner ?? '']);
  }
});

test('a day begins at midnight in Kathmandu, and the next one where it ends', (t) => {
  t.is(startOfDay('2026-11-22'), instant('2026-11-21T18:15:00.000Z'));
  t.is(dayOf(instant('2026-11-21T18:14:59.999Z')), '2026-11-21');
  t.is(dayOf(instant('2026-11-21T18:15:00.000Z')), '2026-11-22');
  t.is(plusDays('2026-02-28', 1), '2026-03-01');
  t.is(plusDays('2026-01-01', -1), '2025-12-31');
  fc.assert(
    fc.property(instants, (at) => {
      const day = dayOf(at);
      t.true(startOfDay(day) <= at && at <= endOfDay(day));
      t.is(dayOf(endOfDay(day)), day);
      t.is(plusMs(endOfDay(day), 1), startOfDay(plusDays(day, 1)));
    }),
  );
});

test('a period may be told in days and in instants, and beyond all calendars', (t) => {
  t.is(firstInstantOf('2026-11-22'), startOfDay('2026-11-22'));
  t.is(lastInstantOf('2026-11-22'), endOfDay('2026-11-22'));
  t.is(firstInstantOf('0001-01-01'), firstInstantOf(instant('0001-01-01T00:00:00.000Z')));
  t.is(lastInstantOf('9999-12-31'), lastInstantOf(instant('9999-12-31T23:59:59.999Z')));
  fc.assert(
    fc.property(instants, (at) => {
      t.is(firstInstantOf(at), at);
      t.is(lastInstantOf(at), at);
    }),
  );
});

/** Amounts in events that move no value, by the beginning of their path, and why they do not. */
const amountsThatMoveNothing: Readonly<Record<string, string>> = {
  'latefee.LateFeeConfigCreated.config.': 'a rate at which fees will be charged',
  'latefee.LateFeeConfigChanged.config.': 'a rate at which fees will be charged',
  'package.PackageCreated.details.price': 'an offer',
  'package.PackageChanged.details.price': 'an offer',
  'renter.RentalClaimed.request.terms.': 'what a rental will cost if it happens',
  'renter.RentalClaimed.request.payment.split.': 'how the renter wants to pay; nothing is held yet',
  'renter.DueRecorded.owed': 'a copy of what RentalCompleted books as receivable',
};

const isNamedAsAmount = (field: string): boolean => /points|minor|amount|paisa/i.test(field);

/** Names of the amounts in a codec, however deep they lie. */
const amountsIn = (name: string, codec: io.Mixed): readonly string[] => {
  if (codec === Money) return [name];
  if (codec instanceof io.ExactType || codec instanceof io.ReadonlyType) {
    return amountsIn(name, codec.type);
  }
  if (codec instanceof io.RefinementType) return amountsIn(name, codec.type);
  if (codec instanceof io.InterfaceType || codec instanceof io.PartialType) {
    const props: io.Props = codec.props;
    return Object.entries(props).flatMap(([key, part]) => amountsIn(`${name}.${key}`, part));
  }
  if (codec instanceof io.UnionType || codec instanceof io.IntersectionType) {
    const members: readonly io.Mixed[] = codec.types;
    return members.flatMap((member) => amountsIn(name, member));
  }
  if (codec instanceof io.ArrayType || codec instanceof io.ReadonlyArrayType) {
    return amountsIn(`${name}[]`, codec.type);
  }
  if (codec instanceof io.DictionaryType) return amountsIn(`${name}{}`, codec.codomain);
  return isNamedAsAmount(name.slice(name.lastIndexOf('.') + 1)) ? [name] : [];
};

test('events of categories without posting rules have no amounts but those that are explained', (t) => {
  const found = Object.keys(valuelessCategories).flatMap((category) => {
    if (!isCategory(category)) return [];
    const definitions: EventDefinitions = eventsByCategory[category];
    return Object.entries(definitions).flatMap(([type, { data }]) =>
      amountsIn(`${category}.${type}`, data),
    );
  });
  const explained = Object.keys(amountsThatMoveNothing);
  const isExplained = (path: string): boolean => explained.some((each) => path.startsWith(each));
  t.deepEqual(
    found.filter((path) => !isExplained(path)),
    [],
    'give its category posting rules, or say here why it moves nothing',
  );
  t.deepEqual(
    explained.filter((each) => !found.some((path) => path.startsWith(each))),
    [],
    'explains what is not there',
  );
});

test('the search for amounts finds them however deep they lie', (t) => {
  const inner = io.strict({ fee: Money, name: io.string, bonusPoints: Integer });
  const codec = io.strict({ parts: io.readonlyArray(io.union([inner, io.null])) });
  t.deepEqual(amountsIn('x', codec), ['x.parts[].fee', 'x.parts[].bonusPoints']);
});
