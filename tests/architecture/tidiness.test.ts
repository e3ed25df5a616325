import test from 'ava';
import { readProject, type SourceFile } from './source.js';

const fileLinesMax = 300;
const testFileLinesMax = 400;
const columnsMax = 100;

/** Put together here, so that this file does not hold what it forbids. */
const word = (...parts: readonly string[]): RegExp => new RegExp(parts.join(''));

const banned: readonly (readonly [pattern: RegExp, why: string])[] = [
  [word('\\bTO', 'DO\\b'), 'unfinished work is not left in the source'],
  [word('\\bFIX', 'ME\\b'), 'unfinished work is not left in the source'],
  [word('\\bas', ' any\\s*[;,)\\]}.>]'), 'a type that says nothing'],
  [word('@ts-', '(ignore|nocheck|expect-error)'), 'the compiler is not silenced'],
  [word('\\bdebug', 'ger\\b'), 'left over from debugging'],
];

/** Support files may poll another program; a test itself waits for conditions only. */
const bannedInTests: readonly (readonly [pattern: RegExp, why: string])[] = [
  [word('test(\\.\\w+)*\\.', '(only|failing|todo)\\b'), 'all tests run, and all of them count'],
  [word('setTime', 'out\\('), 'tests wait for conditions and never sleep'],
  [word('\\bsetTime', 'out as\\b'), 'tests never sleep'],
];

const bannedInProgram: readonly (readonly [pattern: RegExp, why: string])[] = [
  [word('Abort', 'Signal\\.any\\('), 'see `linkedAbort`'],
  [word('\\bcons', 'ole\\.\\w+\\('), 'what an operator reads goes through the log or the terminal'],
];

/** What a formatter cannot break: the title of a test, a line that is compared word for word. */
const literal = /(['`]).*(\1|$)/;

const columnsOf = (file: SourceFile, line: string): number =>
  isTest(file) && line.length > columnsMax ? line.replace(literal, '').length : line.length;

const isTest = ({ path }: SourceFile): boolean => path.startsWith('tests/');

/** Whoever starts it is no other file: the program, its benchmarks, tests and what they spawn. */
const isEntry = ({ path }: SourceFile): boolean =>
  path === 'bin/powerbank.ts' ||
  path.startsWith('bench/') ||
  path.endsWith('.test.ts') ||
  path === 'tests/support/run.ts' ||
  path.endsWith('-program.ts');

const problemsIn = (file: SourceFile): readonly string[] => {
  const linesMax = isTest(file) ? testFileLinesMax : fileLinesMax;
  const count = file.lines.length - 1;
  const isTestItself = file.path.endsWith('.test.ts');
  const words = [
    ...banned,
    ...(isTest(file) ? [] : bannedInProgram),
    ...(isTestItself ? bannedInTests : []),
  ];
  return [
    ...(count > linesMax ? [`${file.path}: ${count} lines, at most ${linesMax}`] : []),
    ...file.lines.flatMap((line, index) => [
      ...(columnsOf(file, line) > columnsMax
        ? [`${file.path}:${index + 1}: longer than ${columnsMax}`]
        : []),
      ...words
        .filter(([pattern]) => pattern.test(line))
        .map(([, why]) => `${file.path}:${index + 1}: ${why}`),
    ]),
  ];
};

test('files are short, lines fit, and no banned word is in them', async (t) => {
  const files = await readProject();
  t.deepEqual(files.flatMap(problemsIn), []);
});

test('every file is used by another one, or is where something starts', async (t) => {
  const files = await readProject();
  const imported = new Set(files.flatMap(({ imports }) => imports.map(({ path }) => path)));
  const dead = files.filter((file) => !isEntry(file) && !imported.has(file.path));
  t.deepEqual(
    dead.map(({ path }) => path),
    [],
  );
});

test('every import of the project leads to a file', async (t) => {
  const files = await readProject();
  const paths = new Set(files.map(({ path }) => path));
  const missing = files.flatMap((file) =>
    file.imports
      .filter(({ path }) => path?.endsWith('.ts') === true && !paths.has(path))
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
  t.deepEqual(missing, []);
});

test('a check that finds nothing would find what it looks for', (t) => {
  const lines = [`// ${'TO'}${'DO'}: later`, 'x'.repeat(columnsMax + 1), ''];
  const file = { path: 'bin/a.ts', text: '', lines, imports: [] };
  t.is(problemsIn(file).length, 2);
});

/** What opens an event store connection of its own for every test that calls it. */
const opensStore = /\b(openHouse|openApi|openParts)\(t/;

test('tests that open a store of their own run one after the other', async (t) => {
  // The client fails every unanswered append of the process when one of its connections ends.
  const files = (await readProject()).filter(({ path }) => path.endsWith('.test.ts'));
  const beside = files
    .filter(({ lines }) => lines.some((line) => opensStore.test(line)))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (/^\s*test\(/.test(line) ? [`${path}:${index + 1}`] : [])),
    );
  t.deepEqual(beside, []);
});
