/**
 * Looks for words that must be nowhere in everything that the program keeps: rows, the files of
 * the database with its dead rows and its journal, the log and its files, lines that were written.
 */

import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as t from 'io-ts';
import type { Sql } from '../../ports/database.js';
import type { EventStore } from '../../ports/event-store.js';
import { decodeRows } from '../../ports/rows.js';

/** Something that is searched. */
export type Place =
  /** Every row of every table of ours, then the files that the server keeps of this database. */
  | { readonly kind: 'database'; readonly database: Sql }
  /** Every event of the log, as readers get it. */
  | { readonly kind: 'events'; readonly store: Pick<EventStore, 'readLog'> }
  /** Every file in a folder and below, such as that of an event store's node or of log files. */
  | { readonly kind: 'folder'; readonly path: string }
  /** What was written or answered, such as log lines, a page of metrics, a body of HTTP. */
  | { readonly kind: 'texts'; readonly name: string; readonly texts: readonly string[] };

/** Shorter words, or their fragments in Base64, would be found in random bytes. */
const wordBytesMin = 6;
const chunkBytes = 4 * 1_024 * 1_024;

const withoutNeighbours = (bytes: Buffer, offset: number): string => {
  const bits = (offset + bytes.length) * 8;
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6));
};

const escapedUnit = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** How a word may look when somebody encodes it, or a text around it. */
const disguisesOf = (word: string): readonly Buffer[] => {
  const bytes = Buffer.from(word, 'utf8');
  if (bytes.length < wordBytesMin) throw new Error(`"${word}" is too short to be looked for`);
  const base64 = [0, 1, 2].map((offset) => withoutNeighbours(bytes, offset));
  const inJson = JSON.stringify(word).slice(1, -1);
  const texts = [
    word,
    word.toLowerCase(),
    word.toUpperCase(),
    inJson,
    inJson.replaceAll(/[^ -~]/g, escapedUnit),
    encodeURIComponent(word),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...[...new Set(texts)].map((text) => Buffer.from(text, 'utf8')), utf16(word)];
};

const utf16 = (word: string): Buffer => Buffer.from(word, 'utf16le');

/** Remembers which words it came across, and where first. */
class Search {
  readonly #disguises: ReadonlyMap<string, readonly Buffer[]>;
  readonly #found = new Set<string>();
  /** Bytes that the end of one chunk may hold of a word that goes on in the next. */
  readonly overlapBytes: number;

  constructor(words: readonly string[]) {
    this.#disguises = new Map(words.map((word) => [word, disguisesOf(word)]));
    const lengths = [...this.#disguises.values()].flat().map(({ length }) => length);
    this.overlapBytes = Math.max(0, ...lengths) - 1;
  }

  look(bytes: Buffer, place: string): void {
    for (const [word, disguises] of this.#disguises) {
      const finding = `${word} in ${place}`;
      if (this.#found.has(finding)) continue;
      if (disguises.some((disguise) => bytes.includes(disguise))) this.#found.add(finding);
    }
  }

  get found(): readonly string[] {
    return [...this.#found].sort();
  }
}

const Table = t.strict({ name: t.string });
const Line = t.strict({ line: t.string });

const searchRows = async (search: Search, database: Sql): Promise<void> => {
  const tables = await database.query(
    `SELECT format('%I.%I', nspname, relname) AS name
       FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE relkind IN ('r', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'`,
  );
  for (const { name } of decodeRows(Table, tables)) {
    const lines = await database.query(`SELECT any_row::text AS line FROM ${name} AS any_row`);
    for (const { line } of decodeRows(Line, lines)) {
      search.look(Buffer.from(line, 'utf8'), `table ${name}`);
    }
  }
};

const searchFile = async (search: Search, path: string, place: string): Promise<void> => {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    if (!Buffer.isBuffer(chunk)) throw new Error('a file without an encoding gives bytes');
    const bytes = Buffer.concat([rest, chunk]);
    search.look(bytes, place);
    rest = bytes.subarray(Math.max(0, bytes.length - search.overlapBytes));
  }
};

interface Folder {
  readonly path: string;
  readonly name: string;
  /** Files that were last written before are left out; milliseconds since 1970. */
  readonly sinceMs?: number;
}

const FileError = t.type({ code: t.string });

/** A running server replaces files; what is gone holds no words. */
const unlessGone = async (look: () => Promise<void>): Promise<void> => {
  try {
    await look();
  } catch (cause) {
    if (!(FileError.is(cause) && cause.code === 'ENOENT')) throw cause;
  }
};

const searchFolder = async (search: Search, { path, name, sinceMs = 0 }: Folder): Promise<void> => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name);
    await unlessGone(async () => {
      const { mtimeMs } = await stat(file);
      if (mtimeMs >= sinceMs) await searchFile(search, file, `${name}/${entry.name}`);
    });
  }
};

const Home = t.strict({ folder: t.string, oid: t.string });

/** On disk there is more than in tables: rows that were deleted or changed, and the journal. */
const searchServerFiles = async (search: Search, database: Sql): Promise<void> => {
  await database.execute('CHECKPOINT');
  const rows = await database.query(
    `SELECT current_setting('data_directory') AS folder, oid::text AS oid
       FROM pg_database WHERE datname = current_database()`,
  );
  for (const { folder, oid } of decodeRows(Home, rows)) {
    await searchFolder(search, { path: join(folder, 'base', oid), name: 'files of the database' });
    // The journal is that of the whole server; what was written before this process began is
    // none of its tests' business.
    const sinceMs = performance.timeOrigin;
    await searchFolder(search, { path: join(folder, 'pg_wal'), name: 'journal', sinceMs });
  }
};

const searchEvents = async (search: Search, store: Pick<EventStore, 'readLog'>): Promise<void> => {
  for await (const { stream, type, data, metadata } of store.readLog(null)) {
    const event = JSON.stringify({ stream, type, data, metadata });
    search.look(Buffer.from(event, 'utf8'), `event ${type} of ${stream}`);
  }
};

const searchPlace = async (search: Search, place: Place): Promise<void> => {
  switch (place.kind) {
    case 'database':
      await searchRows(search, place.database);
      return searchServerFiles(search, place.database);
    case 'events':
      return searchEvents(search, place.store);
    case 'folder':
      return searchFolder(search, { path: place.path, name: place.path });
    case 'texts':
      for (const text of place.texts) search.look(Buffer.from(text, 'utf8'), place.name);
  }
};

/**
 * Where the words are, as they are or encoded (hex, Base64, percent, escaped JSON, UTF-16, another
 * case): `word in place`, sorted; an empty list when they are nowhere. Words have 6 bytes or more
 * and are put together at random, so that nothing else on a shared server is taken for them.
 */
export const whereFound = async (
  words: readonly string[],
  places: readonly Place[],
): Promise<readonly string[]> => {
  const search = new Search(words);
  for (const place of places) await searchPlace(search, place);
  return search.found;
};
