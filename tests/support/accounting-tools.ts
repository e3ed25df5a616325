/** Programs that accountants use, as child processes of a test. */

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { codeOfExportName } from '../../audit/export/account-name.js';
import { type AccountCode, type Asset, assets } from '../../domain/ledger/index.js';
import { rupees } from '../../domain/shared/money.js';
import { readCsv } from './csv.js';

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = async (words: readonly string[]): Promise<Ran> => {
  const [program = '', ...args] = words;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    ended,
  ]);
  return { code, stdout, stderr };
};

const isInstalled = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Balances of accounts as a tool tells them, in paisa and points; without those of nothing. */
export type Balances = Readonly<Record<string, number>>;

export interface AccountingTool {
  readonly isInstalled: boolean;
  /** What it says against a file in its strictest mode; empty when it accepts it. */
  complaints(path: string): Promise<string>;
  balances(path: string): Promise<Balances>;
}

const isAsset = (word: string): word is Asset => assets.some((each) => each === word);

const amountIn = (asset: string, number: string): number => {
  if (!isAsset(asset)) throw new Error(`no asset: ${asset}`);
  return asset === 'NPR' ? rupees(number).minor : Number(number);
};

const codeOf = (name: string): AccountCode => {
  const code = codeOfExportName(name);
  if (code === null) throw new Error(`no account has the name ${name}`);
  return code;
};

const complaintsOf = async (words: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(words);
  if (code === 0) return '';
  return `${stdout}${stderr}` || `status ${code}`;
};

const linesOf = async (words: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(words);
  if (code !== 0) throw new Error(stderr);
  return stdout;
};

/** Rows of account, number and asset. */
const balancesOf = (rows: readonly (readonly string[])[]): Balances =>
  Object.fromEntries(
    rows
      .map(([name = '', number = '', asset = '']) => {
        return [codeOf(name.trim()), amountIn(asset.trim(), number.trim())] as const;
      })
      .filter(([, amount]) => amount !== 0),
  );

const withUnits = (text: string): readonly (readonly string[])[] =>
  readCsv(text.replaceAll(/\r?\n/g, '\r\n'));

/** `NPR -5.00`, or `0` where nothing is left. */
const amountFirst = ([name = '', amount = '']: readonly string[]): readonly string[] => {
  const [asset = '', number = ''] = amount === '0' ? ['NPR', '0'] : amount.split(' ');
  return [name, number, asset];
};

const hledger: AccountingTool = {
  isInstalled: isInstalled('hledger'),
  complaints: (path) => complaintsOf(['hledger', '-f', path, 'check', '--strict']),
  balances: async (path) => {
    const text = await linesOf(['hledger', '-f', path, 'bal', '--flat', '-N', '-O', 'csv']);
    return balancesOf(withUnits(text).slice(1).map(amountFirst));
  },
};

const ledger: AccountingTool = {
  isInstalled: isInstalled('ledger'),
  complaints: (path) => complaintsOf(['ledger', '-f', path, '--strict', '--pedantic', 'bal']),
  balances: async (path) => {
    const format = '%(account),%(amount)\n';
    const text = await linesOf([
      ...['ledger', '-f', path, '--strict', '--pedantic', 'bal'],
      ...['--flat', '--no-total', '--format', format],
    ]);
    return balancesOf(withUnits(text).map(amountFirst));
  },
};

const beancount: AccountingTool = {
  isInstalled: isInstalled('bean-check') && isInstalled('bean-query'),
  complaints: (path) => complaintsOf(['bean-check', path]),
  balances: async (path) => {
    const query = 'select account, sum(number), currency group by account, currency';
    const text = await linesOf(['bean-query', '-f', 'csv', path, query]);
    return balancesOf(withUnits(text).slice(1));
  },
};

export const accountingTools = { hledger, ledger, beancount } as const;
