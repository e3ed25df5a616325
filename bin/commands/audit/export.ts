import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { openDaySpool } from '../../../adapters/day-spool.js';
import {
  type ExportFormatName,
  exportFormats,
  exportLedger,
  type LedgerExport,
  type Period,
} from '../../../audit/export/index.js';
import type { Until } from '../../../audit/pass.js';
import type { Day } from '../../../domain/shared/day.js';
import type { DaySpool } from '../../../ports/day-spool.js';
import { type AuditCommand, auditCommandOf, type Verdict } from '../../cli/audit-command.js';
import { logProgress } from '../../cli/log-progress.js';
import { withFilesNamed } from '../../cli/named-files.js';
import { OperatorError } from '../../cli/operator-error.js';
import { mayBeWritten, writeWholeFile } from '../../cli/whole-file.js';
import { calendarDay, periodOf } from './period.js';
import { endOf, type UntilOptions, untilOf, withUntil } from './until.js';

/** Entries between two looks at the bar. */
const entriesPerUpdate = 1_000;

interface Options extends UntilOptions {
  readonly format: ExportFormatName;
  readonly from?: Day;
  readonly to?: Day;
  readonly out?: string;
  readonly overwrite?: boolean;
}

/** Which days, and by which part of the log. */
interface Part {
  readonly period: Period;
  readonly until: Until;
}

/** Reads the log. @throws OperatorError when its books cannot be written. */
const read = async (
  { store, story, signal }: AuditCommand,
  part: Part & { readonly spool: DaySpool },
): Promise<LedgerExport> => {
  const last = endOf(part.until, await store.lastPosition());
  const progress = logProgress(story, 'reading the log', last);
  try {
    const read = await exportLedger({ ...part, store, signal, onEvent: progress.seen });
    if (E.isRight(read)) {
      progress.finish();
      return read.right;
    }
    const { stream, revision, why } = read.left;
    throw new OperatorError([
      `${revision}@${stream} cannot be booked: ${why}`,
      'these would not be the books: powerbank audit verify',
    ]);
  } finally {
    progress.end();
  }
};

/** Waits for a slow reader; one that goes away early has not got the books. */
const print = async (chunks: AsyncIterable<string>): Promise<void> => {
  try {
    await pipeline(chunks, process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
    throw new OperatorError(['whoever read the export stopped before its end'], { cause: error });
  }
};

const write = async (
  books: LedgerExport,
  { story, signal }: AuditCommand,
  { format, out, overwrite = false }: Options,
): Promise<void> => {
  const bar = story.progress('writing entries');
  let written = 0;
  const onEntry = (): void => {
    written += 1;
    if (written % entriesPerUpdate === 0) bar.update(written, books.entries);
  };
  try {
    const text = books.text({ format, signal, onEntry });
    await (out === undefined ? print(text) : writeWholeFile(out, text, { overwrite }));
    bar.update(books.entries, books.entries);
  } finally {
    bar.end();
  }
};

const exportBooks = async (command: AuditCommand, options: Options): Promise<Verdict> => {
  const { out, overwrite = false } = options;
  const part = { period: periodOf(options), until: untilOf(options) };
  if (out !== undefined) await mayBeWritten(out, { overwrite });
  // As large as the export, about: where there is room for one there is room for the other.
  const spool = await openDaySpool(out === undefined ? tmpdir() : dirname(out));
  command.alsoStop({ name: 'the temporary file', stop: () => spool.close() });
  const books = await read(command, { ...part, spool });
  await write(books, command, options);
  const { entries, postings, accounts } = books;
  const counts = `${entries} entries with ${postings} postings to ${accounts} accounts`;
  command.story.line(out === undefined ? counts : `${counts}, in ${out}`);
  return 'clean';
};

export const exportCommand = (): Command =>
  withUntil(
    new Command('export').description(
      'write the books for accountants: hledger, ledger, beancount or CSV',
    ),
  )
    .addOption(
      new Option('--format <name>', 'who is to read it')
        .choices(Object.keys(exportFormats))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--from <day>',
        'first day, Asia/Kathmandu; what was before becomes balances',
      ).argParser(calendarDay),
    )
    .addOption(new Option('--to <day>', 'last day, itself included').argParser(calendarDay))
    .option('--out <file>', 'where to write it; else it is printed')
    .option('--overwrite', 'replace the file when it is there already')
    .action((options: Options) =>
      auditCommandOf((command) => withFilesNamed(() => exportBooks(command, options))),
    );
