import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { familyNames } from '../../domain/ledger/index.js';
import { readProject, root } from '../architecture/source.js';

/** Words with dashes that are neither the name of a check nor the code of a finding. */
const others: ReadonlySet<string> = new Set([
  ...familyNames,
  ...['io-ts', 'not-compared', 'hold-expiry', 'give-up'],
]);

/** Checks and codes, where they are made. */
const made = async (): Promise<ReadonlySet<string>> => {
  const files = (await readProject()).filter(({ path }) =>
    /^audit\/(checks|database|snapshots)\//.test(path),
  );
  const words = files.flatMap(({ text }) =>
    [...text.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, word = '']) => word),
  );
  return new Set(words.filter((word) => !others.has(word)));
};

const inPage = async (): Promise<{ readonly all: Set<string>; readonly table: Set<string> }> => {
  const page = await readFile(join(root, 'docs', 'audit.md'), 'utf8');
  const named = (text: string): Set<string> =>
    new Set([...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, word = '']) => word));
  const table = page.slice(page.indexOf('| Check |'), page.indexOf('What must follow'));
  return { all: named(page), table: named(table) };
};

test('the page for auditors names every check and every finding', async (t) => {
  const { all } = await inPage();
  t.deepEqual(
    [...(await made())].filter((word) => !all.has(word)),
    [],
  );
});

test('every check and finding that it explains is made somewhere', async (t) => {
  const words = await made();
  const { table } = await inPage();
  t.true(table.size > 0);
  t.deepEqual(
    [...table].filter((word) => !words.has(word)),
    [],
  );
});
