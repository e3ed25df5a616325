import type { Sql } from '../../ports/database.js';
import { unparkAll } from './parked.js';
import { type Projection, rebuildNameOf, retiredNameOf } from './projection.js';

const namePattern = /^[a-z][a-z0-9_]{0,50}$/;

/** A schema's name goes into statements as it is, so it is nothing but a plain word. */
export const schemaWord = (schema: string): string => {
  if (!namePattern.test(schema)) throw new Error(`not a name for a schema: ${schema}`);
  return schema;
};

/** Unqualified table names mean the tables of `schema` until the transaction ends. */
export const useSchema = async (sql: Sql, schema: string): Promise<void> => {
  await sql.execute(`SET LOCAL search_path TO ${schemaWord(schema)}`);
};

export const createSchema = async (
  sql: Sql,
  projection: Projection,
  schema: string,
): Promise<void> => {
  await sql.execute(`CREATE SCHEMA ${schemaWord(schema)}`);
  await useSchema(sql, schema);
  for (const table of projection.tables) {
    for (const statement of table.ddl) await sql.execute(statement);
  }
};

export const dropSchema = async (sql: Sql, schema: string): Promise<void> => {
  await sql.execute(`DROP SCHEMA IF EXISTS ${schemaWord(schema)} CASCADE`);
};

/**
 * Puts the rebuilt copy in the place of the live one. Renaming takes no lock on tables, so readers
 * go on: a statement that has begun reads the old copy to its end, the next one reads the new.
 * The old copy is dropped later, by a transaction that may wait for such readers.
 */
export const swapSchemas = async (sql: Sql, name: string): Promise<void> => {
  await dropSchema(sql, retiredNameOf(name));
  await sql.execute(
    `ALTER SCHEMA ${schemaWord(name)} RENAME TO ${schemaWord(retiredNameOf(name))}`,
  );
  await sql.execute(
    `ALTER SCHEMA ${schemaWord(rebuildNameOf(name))} RENAME TO ${schemaWord(name)}`,
  );
  await unparkAll(sql, name);
};
