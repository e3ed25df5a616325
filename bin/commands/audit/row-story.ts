/** From a row of a read model back to its events. */

import * as E from 'fp-ts/lib/Either.js';
import { openPostgres } from '../../../adapters/postgres/index.js';
import {
  type ExplainTools,
  explainAccount,
  explainStream,
  findEvent,
  type Told,
} from '../../../audit/explain/index.js';
import { AccountCode } from '../../../domain/ledger/index.js';
import type { Position } from '../../../ports/event-store.js';
import type { AnyTable } from '../../../projections/engine/table.js';
import { projections } from '../../../projections/index.js';
import type { AuditCommand } from '../../cli/audit-command.js';
import { OperatorError } from '../../cli/operator-error.js';
import { refuseWrongDatabase } from '../../cli/short-command.js';
import { reachDatabase } from '../../servers.js';

interface WantedRow {
  /** `model.table` */
  readonly table: string;
  readonly key: readonly string[];
}

interface Found {
  readonly model: string;
  readonly table: AnyTable;
}

/** @throws OperatorError with the names that there are. */
const tableNamed = (name: string): Found => {
  const all = projections.flatMap(({ name: model, tables }) =>
    tables.map((table): Found => ({ model, table })),
  );
  const named = ({ model, table }: Found): string => `${model}.${table.name}`;
  const found = all.find((each) => named(each) === name);
  if (found === undefined) {
    throw new OperatorError([`${name} is none of: ${all.map(named).join(', ')}`]);
  }
  return found;
};

/** Position of the last event that changed the row; the key alone is shown, never the row. */
const positionOf = async (
  { config, log, story, place, alsoStop }: AuditCommand,
  { model, table }: Found,
  key: readonly string[],
): Promise<Position> => {
  const { databaseUrl, started } = await reachDatabase(config, { log, terminal: story });
  for (const part of started) alsoStop(part);
  const database = openPostgres({ url: databaseUrl, applicationName: 'audit explain', log });
  alsoStop({ name: 'the database', stop: () => database.close() });
  await refuseWrongDatabase({ database, namespace: place.namespace ?? null });
  const where = table.key.map((column, index) => `${column}::text = $${index + 1}`);
  const [row] = await database.query(
    `SELECT position::text FROM ${model}.${table.name} WHERE ${where.join(' AND ')}`,
    [...key],
  );
  if (typeof row?.position !== 'string') throw new OperatorError(['there is no such row']);
  return BigInt(row.position);
};

/**
 * Every row follows from one stream, and shows the position of the last event behind it: what led
 * to it is that stream up to there. Accounts and days of the ledger are sums over many streams, and
 * are told as the account that they add up.
 *
 * @throws OperatorError when there is no such row, or when the log has nothing at its position.
 */
export const storyOfRow = async (
  command: AuditCommand,
  tools: ExplainTools,
  { table: name, key }: WantedRow,
): Promise<AsyncIterable<Told>> => {
  const found = tableNamed(name);
  const { key: columns } = found.table;
  if (columns.length !== key.length) {
    throw new OperatorError([`the key of ${name} is: ${columns.join(' ')}`]);
  }
  const account = AccountCode.decode(key[columns.indexOf('account')]);
  if (E.isRight(account)) return explainAccount(tools, account.right);
  const position = await positionOf(command, found, key);
  const event = await findEvent(tools, (recorded) => recorded.position === position);
  if (event === null) {
    throw new OperatorError([`the row is of position ${position}, where the log has no event`]);
  }
  return explainStream(tools, event);
};
