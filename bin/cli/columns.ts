/** Lines of a table for the terminal: columns as wide as they must be, two blanks between them. */
export const inColumns = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] => {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [heads, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
