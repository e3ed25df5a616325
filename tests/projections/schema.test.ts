import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { describeSchema } from '../../adapters/postgres/describe-schema.js';
import { packageRoot } from '../../bin/package-root.js';
import { prepare } from '../../projections/engine/prepare.js';
import { projections } from '../../projections/index.js';
import { createTestDatabase } from '../support/postgres.js';

const snapshot = join(packageRoot, 'adapters/postgres/schema.sql');

const header = `-- The whole schema, made by the migrations and by the read models. Nothing runs this file:
-- it shows in a review what a change does to the schema. To renew it:
--   UPDATE_SCHEMA=1 npx ava tests/projections/schema.test.ts

`;

test('the committed snapshot shows the schema as it is', async (t) => {
  const { database } = await createTestDatabase(t);
  for (const projection of projections) await prepare(database, projection);
  const actual = header + (await describeSchema(database));
  if (process.env.UPDATE_SCHEMA !== undefined) await writeFile(snapshot, actual);
  t.is(await readFile(snapshot, 'utf8'), actual);
});

test('projections have names of their own, which are no schemas of the bookkeeping', (t) => {
  const names = projections.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  t.false(names.includes('projection') || names.includes('public'));
});
