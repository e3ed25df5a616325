/** The source of the project, as a test reads it. */

import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { packageRoot } from '../../bin/package-root.js';

export { packageRoot as root };

const folders = [
  'domain',
  'ports',
  'commands',
  'projections',
  'read-api',
  'audit',
  'adapters',
  'bin',
  'bench',
  'tests',
];

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** Path in the project; `null` for a package or a module of Node. */
  readonly path: string | null;
}

export interface SourceFile {
  /** Path in the project: `domain/wallet/index.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
}

const importPattern = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

const importsOf = (path: string, text: string): readonly Import[] =>
  [...text.matchAll(importPattern)].map(([, specifier = '']) => ({
    specifier,
    path: specifier.startsWith('.')
      ? normalize(join(dirname(path), specifier)).replace(/\.js$/, '.ts')
      : null,
  }));

const readSource = async (path: string): Promise<SourceFile> => {
  const text = await readFile(join(packageRoot, path), 'utf8');
  return { path, text, lines: text.split('\n'), imports: importsOf(path, text) };
};

/** The benchmark has packages of its own, with declarations in them. */
const isSource = (name: string): boolean =>
  name.endsWith('.ts') && !name.split('/').includes('node_modules');

/** Every TypeScript file of the project. */
export const readProject = async (): Promise<readonly SourceFile[]> => {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(packageRoot, folder), { recursive: true });
      return names.filter(isSource).map((name) => join(folder, name));
    }),
  );
  return Promise.all(found.flat().sort().map(readSource));
};
