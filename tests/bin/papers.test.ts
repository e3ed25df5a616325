import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { settings } from '../../bin/config/settings.js';
import { version } from '../../bin/version.js';
import { projectRoot } from '../support/program.js';

const papers = async (): Promise<readonly string[]> => {
  const docs = await readdir(join(projectRoot, 'docs'), { recursive: true });
  const inDocs = docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...inDocs];
};

const read = (path: string): Promise<string> => readFile(join(projectRoot, path), 'utf8');

const isThere = (path: string): Promise<boolean> =>
  stat(join(projectRoot, path)).then(
    () => true,
    () => false,
  );

test('papers name only settings and files that exist', async (t) => {
  const known = new Set(Object.values(settings).flatMap(({ name }) => [name, `${name}_FILE`]));
  for (const paper of await papers()) {
    const text = await read(paper);
    for (const [name] of text.matchAll(/\bPOWERBANK_[A-Z_]+/g)) {
      t.true(known.has(name), `${paper}: ${name}`);
    }
    for (const [, path = ''] of text.matchAll(/`((?:[\w-]+\/)+[\w.-]*|[\w.-]+\.(?:md|yaml))`/g)) {
      t.true(await isThere(path), `${paper}: ${path}`);
    }
  }
});

test('the changelog has an entry for this version', async (t) => {
  t.true((await read('CHANGELOG.md')).includes(`## [${version}]`));
});
