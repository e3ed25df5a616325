import { readFile, stat } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import {
  type Reconciliation,
  readStatement,
  reconcile,
  type StatementLine,
} from '../../../audit/reconcile/index.js';
import { accountOf } from '../../../domain/ledger/index.js';
import type { Day } from '../../../domain/shared/day.js';
import { GatewayName } from '../../../domain/wallet/events.js';
import { type AuditCommand, auditCommandOf } from '../../cli/audit-command.js';
import { logProgress } from '../../cli/log-progress.js';
import { withFilesNamed } from '../../cli/named-files.js';
import { OperatorError } from '../../cli/operator-error.js';
import { calendarDay, periodOf } from './period.js';
import { differenceText, reconciliationText } from './reconcile-text.js';

/** A statement is held in memory as a whole: about a million lines. */
const statementBytesMax = 64 * 1024 * 1024;

interface Options {
  readonly gateway: GatewayName;
  readonly from?: Day;
  readonly to?: Day;
  readonly json?: boolean;
}

const gatewayName = (text: string): GatewayName => {
  if (GatewayName.is(text)) return text;
  throw new InvalidArgumentError('It must be the name of a gateway, in small letters.');
};

/** @throws OperatorError when there is no statement in the form that was agreed. */
const readFrom = async (path: string): Promise<readonly StatementLine[]> => {
  const { size } = await stat(path);
  if (size > statementBytesMax) {
    throw new OperatorError([`${path} has more than ${statementBytesMax} bytes: split it`]);
  }
  const statement = readStatement(await readFile(path, 'utf8'));
  if (E.isRight(statement)) return statement.right;
  const { line, problem } = statement.left;
  throw new OperatorError([`${path}, line ${line}: ${problem}`]);
};

const compare = async (
  { store, output, story, signal }: AuditCommand,
  path: string,
  options: Options,
): Promise<Reconciliation> => {
  const { gateway, json = false } = options;
  const period = periodOf(options);
  const statement = await readFrom(path);
  const progress = logProgress(story, 'reading the log', await store.lastPosition());
  try {
    const sum = await reconcile({
      ...period,
      store,
      signal,
      gateway,
      statement,
      onEvent: progress.seen,
      onDifference: (difference) =>
        output.line(json ? JSON.stringify(difference) : differenceText(difference)),
    });
    progress.finish();
    return sum;
  } finally {
    progress.end();
  }
};

const show = (
  { output }: Pick<AuditCommand, 'output'>,
  sum: Reconciliation,
  { gateway, json = false }: Options,
): void => {
  const account = accountOf('gateway-clearing', gateway);
  const lines = json ? [JSON.stringify({ account, ...sum })] : reconciliationText(sum, account);
  for (const line of lines) output.line(line);
};

export const reconcileCommand = (): Command =>
  new Command('reconcile')
    .description('compare the statement of a gateway with what came into wallets through it')
    .argument('<file>', 'statement as CSV, see docs/audit.md')
    .addOption(
      new Option('--gateway <name>', 'whose statement it is')
        .argParser(gatewayName)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--from <day>', 'first day to compare, else that of the statement').argParser(
        calendarDay,
      ),
    )
    .addOption(
      new Option('--to <day>', 'last day, else that of the statement').argParser(calendarDay),
    )
    .option('--json', 'one JSON document a line')
    .action((path: string, options: Options) =>
      auditCommandOf((command) =>
        withFilesNamed(async () => {
          const sum = await compare(command, path, options);
          show(command, sum, options);
          return sum.differences === 0 && sum.unreadable === 0 ? 'clean' : 'findings';
        }),
      ),
    );
