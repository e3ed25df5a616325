/**
 * The configuration of one instance, read once at start-up.
 *
 * The environment counts first, then the file, then the defaults. All faults come back at once, a
 * line for each, naming the setting; values that may be secret are never repeated.
 */

import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { redactText } from '../../adapters/redaction.js';
import { contradictionsIn } from './contradictions.js';
import { parseEnvFile } from './env-file.js';
import type { Setting } from './setting.js';
import { settings } from './settings.js';

export { type ProgramRole, roles } from './settings.js';

type Settings = typeof settings;
type ValueOf<S> =
  S extends Setting<infer A, infer Absent> ? A | (Absent extends null ? null : never) : never;

export type Config = { readonly [Key in keyof Settings]: ValueOf<Settings[Key]> };

type Texts = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  /** `process.env` */
  readonly env: Texts;
  /** Name and text of an `.env` file, when there is one. */
  readonly file: { readonly name: string; readonly text: string } | null;
  /** Reads the files that `…_FILE` settings name; `null` when one cannot be read. */
  readonly readFile: (path: string) => string | null;
}

/** @returns Left: what is wrong, one line each. */
export const readConfig = (sources: ConfigSources): E.Either<readonly string[], Config> => {
  const { file, env, readFile } = sources;
  const fromFile = file === null ? E.right({}) : parseEnvFile(file.text, file.name);
  if (E.isLeft(fromFile)) return fromFile;
  const texts: Texts = { ...present(fromFile.right), ...present(env) };
  const readings = Object.entries<AnySetting>(settings).map(
    ([key, setting]) => [key, readSetting(setting, texts, readFile)] as const,
  );
  const faults = [
    ...readings.flatMap(([, reading]) => (E.isLeft(reading) ? [reading.left] : [])),
    ...unknownNames(texts),
  ];
  if (faults.length > 0) return E.left(faults);
  const values = readings.map(([key, reading]) => [key, E.toUnion(reading)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each by its setting's own codec
  const config = Object.fromEntries(values) as Config;
  const contradictions = contradictionsIn(config);
  return contradictions.length > 0 ? E.left(contradictions) : E.right(config);
};

/** A setting whatever the type of its value is. */
type AnySetting = Omit<Setting<unknown, string | null>, 'codec'> & {
  readonly codec: t.Mixed & { readonly expects: string };
};

/** An empty value is how shells, containers and copied examples say "not set". */
const present = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));

const fileNameOf = ({ name }: AnySetting): string => `${name}_FILE`;

const readSetting = (
  setting: AnySetting,
  texts: Texts,
  readFile: ConfigSources['readFile'],
): E.Either<string, unknown> => {
  const { name, codec, absent, kind } = setting;
  const path = kind === 'plain' ? undefined : texts[fileNameOf(setting)];
  if (path !== undefined && texts[name] !== undefined) {
    return E.left(`${name}: is set twice, by itself and by ${fileNameOf(setting)}`);
  }
  const fromFile = path === undefined ? undefined : readFile(path)?.trimEnd();
  if (path !== undefined && fromFile === undefined) {
    return E.left(`${fileNameOf(setting)}: the file ${path} cannot be read`);
  }
  const text = texts[name] ?? fromFile ?? absent;
  if (text === null) return E.right(null);
  const decoded: t.Validation<unknown> = codec.decode(text);
  if (E.isRight(decoded)) return decoded;
  const shown = kind === 'plain' ? `is ${JSON.stringify(text)}` : 'and what is set is not shown';
  return E.left(`${name}: must be ${codec.expects}, ${shown}`);
};

/** A name with a slip in it would otherwise be a setting that silently does nothing. */
const unknownNames = (texts: Texts): readonly string[] => {
  const all: readonly AnySetting[] = Object.values(settings);
  const known = new Set(
    all.flatMap((each) => (each.kind === 'plain' ? [each.name] : [each.name, fileNameOf(each)])),
  );
  return Object.keys(texts)
    .filter((name) => name.startsWith('POWERBANK_') && !known.has(name))
    .map((name) => `${name}: there is no such setting`);
};

/** The configuration for the log: a line each, without secrets. */
export const describeConfig = (config: Config): readonly string[] =>
  Object.entries<AnySetting>(settings).map(([key, { name, codec, kind }]) => {
    const value: unknown = Object.entries(config).find(([each]) => each === key)?.[1];
    if (value === null) return `${name} is not set`;
    if (kind === 'secret') return `${name} is set`;
    return `${name}=${redactText(String(codec.encode(value)))}`;
  });

/** Text of `.env.example`: every setting with its purpose and its default. */
export const envExample = (): string => {
  const all: readonly AnySetting[] = Object.values(settings);
  const parts = all.map((setting) => {
    const { name, about, absent, codec, kind } = setting;
    const more = kind === 'plain' ? [] : [`Or the path of a file with it: ${fileNameOf(setting)}`];
    const comments = [...about, `Must be ${codec.expects}.`, ...more].map((line) => `# ${line}`);
    return [...comments, `#${name}=${absent ?? ''}`].join('\n');
  });
  const head = '# Settings of PowerBank Ledger. Copy to .env and change what you need.';
  return `${[head, ...parts].join('\n\n')}\n`;
};
