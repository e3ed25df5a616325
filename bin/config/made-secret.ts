import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../../ports/http/json.js';

/** 256 bits, as HS256 wants them. */
const secretBytes = 32;
const ownerOnly = { file: 0o600, folder: 0o700 };

const pathOf = (dataDir: string, name: string): string => join(dataDir, `${name}.secret`);

const isSystemError = (error: unknown, code: string): boolean =>
  isRecord(error) && error.code === code;

/** A secret that was made here before; `null` when none was. */
export const findSecret = async (dataDir: string, name: string): Promise<string | null> => {
  try {
    return await readFile(pathOf(dataDir, name), 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
};

/**
 * A secret of this installation, made on the first start and kept in the data folder, readable by
 * its owner only. Of two programs that start at once, both get the one that was written first.
 */
export const madeSecret = async (dataDir: string, name: string): Promise<string> => {
  await mkdir(dataDir, { recursive: true, mode: ownerOnly.folder });
  const path = pathOf(dataDir, name);
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, randomBytes(secretBytes).toString('base64url'), { mode: ownerOnly.file });
  try {
    // Linking is all or nothing: nobody can read a secret that is written halfway.
    await link(draft, path);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
  return readFile(path, 'utf8');
};
