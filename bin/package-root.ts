import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const climb = (folder: string): string => {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? folder : climb(parent);
};

/** The folder of the program: the same whether it runs from its sources or from `dist/`. */
export const packageRoot = climb(dirname(fileURLToPath(import.meta.url)));
