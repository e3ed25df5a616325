/** Whether the books balance, now or at any instant: all accounts, family by family. */

import * as t from 'io-ts';
import { assets, chart } from '../../domain/ledger/index.js';
import { lastInstantOf } from '../../domain/shared/day.js';
import type { Instant } from '../../domain/shared/instant.js';
import { csvOf } from '../../ports/http/csv.js';
import { type Route, route } from '../../ports/http/route.js';
import { familiesAt } from '../queries/ledger.js';
import { type ReadTools, upToDate } from '../reading.js';
import { amountOf, Family, Moment, TrialBalance, TrialBalanceLine, tag } from './shapes.js';

const At = t.exact(t.partial({ at: Moment }));

type Volumes = Awaited<ReturnType<typeof familiesAt>>[number];

const inAsset = (rows: readonly Volumes[], asset: (typeof assets)[number]): readonly Volumes[] =>
  rows.filter(({ family }) => Family.is(family) && chart[family].asset === asset);

const amountsOf = (
  asset: (typeof assets)[number],
  rows: readonly Pick<Volumes, 'debits_minor' | 'credits_minor'>[],
) => {
  const debits = rows.reduce((sum, row) => sum + row.debits_minor, 0);
  const credits = rows.reduce((sum, row) => sum + row.credits_minor, 0);
  return {
    asset,
    debits: amountOf(asset, debits),
    credits: amountOf(asset, credits),
    balance: amountOf(asset, debits - credits),
  };
};

/** Lines in the order of the chart of accounts. */
const linesOf = (rows: readonly Volumes[]): t.TypeOf<typeof TrialBalanceLine>[] => {
  const byFamily = new Map(rows.map((row) => [row.family, row]));
  return Object.keys(Family.keys).flatMap((family) => {
    const row = byFamily.get(family);
    if (row === undefined || !Family.is(family)) return [];
    const { class: accountClass, title, asset } = chart[family];
    return [{ class: accountClass, family, title, ...amountsOf(asset, [row]) }];
  });
};

const instantOf = (at: string | undefined): Instant | null =>
  at === undefined ? null : lastInstantOf(at);

const description = [
  '`at` is an instant, itself included, or a day in Nepal up to its end; without it, everything',
  'that is known. The totals of each asset are equal on both sides. It names no person, so that',
  'analysts may read it as well.',
].join(' ');

export const readTrialBalance = (tools: ReadTools): Route =>
  route({
    operation: 'readTrialBalance',
    method: 'GET',
    path: '/api/audit/trial-balance',
    summary: 'Trial balance of all accounts, by family',
    description,
    tag,
    minPosition: true,
    query: At,
    responses: { 200: TrialBalance },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const at = instantOf(query.at);
      const rows = await familiesAt(tools.database, at);
      const totals = assets.map((asset) => amountsOf(asset, inAsset(rows, asset)));
      return answer(200, { at, totals, items: linesOf(rows) }, shown);
    },
  });

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

export const exportTrialBalance = (tools: ReadTools): Route =>
  route({
    operation: 'exportTrialBalance',
    method: 'GET',
    path: '/api/audit/trial-balance.csv',
    summary: 'The same trial balance as CSV',
    description,
    tag,
    minPosition: true,
    query: At,
    responses: { 200: csvOf('trial-balance', TrialBalanceLine) },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['ledger'], minPosition);
      const lines = linesOf(await familiesAt(tools.database, instantOf(query.at)));
      return answer(200, each(lines), shown);
    },
  });
