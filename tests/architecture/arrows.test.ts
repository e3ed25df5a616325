import test from 'ava';
import { type Import, readProject, type SourceFile } from './source.js';

/** What a folder may import: folders of the project, and packages where they are restricted. */
interface Arrow {
  readonly folders: readonly string[];
  /** Any package when absent. */
  readonly packages?: readonly RegExp[];
}

const functional = [/^fp-ts\/lib\/\w+\.js$/, /^io-ts(\/lib\/\w+\.js)?$/];

const arrows: Readonly<Record<string, Arrow>> = {
  domain: { folders: ['domain'], packages: functional },
  ports: { folders: ['domain', 'ports'] },
  commands: { folders: ['domain', 'ports', 'commands'] },
  projections: { folders: ['domain', 'ports', 'projections'] },
  'read-api': { folders: ['domain', 'ports', 'projections', 'audit', 'read-api'] },
  audit: { folders: ['domain', 'ports', 'projections', 'audit'] },
  adapters: { folders: ['domain', 'ports', 'adapters'] },
  bin: {
    folders: [
      ...['domain', 'ports', 'commands', 'projections'],
      ...['read-api', 'audit', 'adapters', 'bin'],
    ],
  },
};

const folderOf = (path: string): string => path.split('/')[0] ?? '';

const isAllowed = ({ folders, packages }: Arrow, { specifier, path }: Import): boolean => {
  if (path !== null) return folders.includes(folderOf(path));
  return packages === undefined || packages.some((pattern) => pattern.test(specifier));
};

const wrongArrows = (file: SourceFile): readonly string[] => {
  const arrow = arrows[folderOf(file.path)];
  if (arrow === undefined) return [];
  return file.imports
    .filter((each) => !isAllowed(arrow, each))
    .map(({ specifier }) => `${file.path} imports ${specifier}`);
};

test('arrows between folders point one way', async (t) => {
  const files = await readProject();
  t.true(files.length > 100, 'the project was found');
  t.deepEqual(files.flatMap(wrongArrows), []);
});

test('a check that finds nothing would find a wrong arrow', (t) => {
  const file = {
    path: 'domain/wallet/decide.ts',
    text: '',
    lines: [],
    imports: [
      { specifier: 'node:fs', path: null },
      { specifier: 'fp-ts/lib/Either.js', path: null },
      { specifier: '../../adapters/clock.js', path: 'adapters/clock.ts' },
    ],
  };
  t.deepEqual(wrongArrows(file), [
    'domain/wallet/decide.ts imports node:fs',
    'domain/wallet/decide.ts imports ../../adapters/clock.js',
  ]);
});
