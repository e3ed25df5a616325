import { beancountFormat } from './beancount.js';
import { csvFormat } from './csv.js';
import type { ExportFormat } from './format.js';
import { plainJournal } from './plain-journal.js';

/** By the name of the program that reads it. */
export const exportFormats = {
  hledger: plainJournal,
  ledger: plainJournal,
  beancount: beancountFormat,
  csv: csvFormat,
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type ExportFormatName = keyof typeof exportFormats;
