import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { Period } from '../../audit/export/index.js';
import { startOfDay } from '../../domain/shared/day.js';
import { accountingTools } from '../support/accounting-tools.js';
import { liveHistory } from '../support/audited-history.js';
import { balancesAfter, exported, postingsByDay, wholeLog } from '../support/exporting.js';
import { withStrangeFacts } from '../support/strange-facts.js';

/** Worlds in which there are refunds, lost banks, dues and points. */
const seed = 1;
const lived = await liveHistory(seed);
const [firstDay = ''] = [...postingsByDay(lived).keys()].sort();
const history = await withStrangeFacts(lived, { seed, from: startOfDay(firstDay) });
const byDay = postingsByDay(history);
const days = [...byDay.keys()].sort();
const part: Period = { from: days[2] ?? '', to: days.at(-2) ?? '' };

const folder = mkdtempSync(join(tmpdir(), 'powerbank-export-'));
test.after.always(() => rm(folder, { recursive: true, force: true }));

let fileCount = 0;
const inFile = async (text: string): Promise<string> => {
  fileCount += 1;
  const path = join(folder, `books-${fileCount}`);
  await writeFile(path, text);
  return path;
};

const firstAmount = (text: string): number => text.search(/(?<=^ +\S+ {2}(NPR )?-?)\d+\.\d\d/m);

/** The first amount in rupees from a place on, with a paisa more. */
const aPaisaMore = (text: string, from: number): string => {
  const place = from + firstAmount(text.slice(from));
  const [number = ''] = /^\d+\.\d\d/.exec(text.slice(place)) ?? [];
  const more = (Number(number) + 0.01).toFixed(2);
  return `${text.slice(0, place)}${more}${text.slice(place + number.length)}`;
};

/** Both legs of the first entry in rupees: it still balances, and what follows does not. */
const bothLegs = (text: string): string => {
  const second = firstAmount(text);
  const once = aPaisaMore(text, 0);
  return aPaisaMore(once, once.indexOf('\n', second));
};

test('the history spans days, and has every kind of account', (t) => {
  t.true(days.length > 5, `${days.length} days, seed ${seed}`);
  const accounts = Object.keys(balancesAfter(byDay, wholeLog));
  const families = ['assets:receivable-dues', 'liabilities:wallets', 'equity:demo-funds'];
  const kinds = ['income:rental', 'income:late-fee', 'income:penalty', 'expenses:points-awarded'];
  for (const start of [...families, ...kinds]) {
    t.true(
      accounts.some((account) => account.startsWith(start)),
      start,
    );
  }
});

for (const [name, tool] of Object.entries(accountingTools)) {
  if (name !== 'hledger' && name !== 'ledger' && name !== 'beancount') continue;
  if (!tool.isInstalled) {
    test.skip(`${name} is not installed: what it says of an export is not known`, (t) => t.pass());
    continue;
  }

  test(`${name} accepts the books in its strictest mode, and its balances are ours`, async (t) => {
    const path = await inFile(await exported(history, name));
    t.is(await tool.complaints(path), '');
    t.deepEqual(await tool.balances(path), balancesAfter(byDay, wholeLog));
  });

  test(`${name} accepts some days with what went before as balances`, async (t) => {
    const path = await inFile(await exported(history, name, part));
    t.is(await tool.complaints(path), '');
    t.deepEqual(await tool.balances(path), balancesAfter(byDay, part));
  });

  test(`${name} refuses an entry that is a paisa off`, async (t) => {
    const path = await inFile(aPaisaMore(await exported(history, name), 0));
    t.not(await tool.complaints(path), '');
  });

  test(`${name} refuses an entry whose legs are both a paisa off`, async (t) => {
    const path = await inFile(bothLegs(await exported(history, name)));
    t.regex(await tool.complaints(path), /balance/i);
  });

  test(`${name} refuses opening balances that are a paisa off`, async (t) => {
    const path = await inFile(bothLegs(await exported(history, name, part)));
    t.regex(await tool.complaints(path), /balance/i);
  });
}
