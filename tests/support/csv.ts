/** Reads RFC 4180 back, as a spreadsheet would. */

/** One cell, and what ends it: a comma, the end of a line, or the end of the text. */
const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;

export const readCsv = (text: string): readonly (readonly string[])[] => {
  const lines: string[][] = [];
  let line: string[] = [];
  cell.lastIndex = 0;
  while (cell.lastIndex < text.length) {
    const from = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null) throw new Error(`no cell at ${from}: ${text.slice(from, from + 50)}`);
    const [, quoted, plain = '', end] = match;
    line.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    lines.push(line);
    line = [];
  }
  return lines;
};

/** The rows below the line of names, each by its names. */
export const rowsOfCsv = (text: string): readonly Readonly<Record<string, string>>[] => {
  const [names = [], ...rows] = readCsv(text);
  return rows.map((cells) =>
    Object.fromEntries(names.map((name, index) => [name, cells[index] ?? 'missing'])),
  );
};
