/** What `audit verify` asks of seals and bytes, with the options that belong to it. */

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { systemClock } from '../../../adapters/clock.js';
import { sha256 } from '../../../adapters/seal-keys.js';
import type { LogCheck } from '../../../audit/check.js';
import { bytesAreOurs } from '../../../audit/checks/bytes.js';
import { type SealStory, sealsHold } from '../../../audit/seals/check.js';
import { NotedSeal } from '../../../audit/seals/noted.js';
import type { AuditCommand } from '../../cli/audit-command.js';
import { OperatorError } from '../../cli/operator-error.js';
import { believedKeys } from '../../seal-keys.js';

export interface SealOptions {
  readonly publicKeys?: string;
  readonly expectSeal?: string;
}

export const withSealOptions = (command: Command): Command =>
  command
    .option('--public-keys <file>', 'keys whose seals are believed; else those of the settings')
    .option('--expect-seal <file>', 'a seal that must be there, as `seal show` prints it');

/** @throws OperatorError when the file holds no seal; whatever the file system says. */
const readNoted = async (path: string): Promise<NotedSeal> => {
  const text = await readFile(path, 'utf8');
  const parsed = E.tryCatch((): unknown => JSON.parse(text), String);
  const noted = E.isRight(parsed) ? NotedSeal.decode(parsed.right) : parsed;
  if (E.isRight(noted)) return noted.right;
  throw new OperatorError([`${path}: holds no seal as \`powerbank audit seal show\` prints it`]);
};

/** Findings are told elsewhere; this is what there is to know besides. */
export const describeSeals = (story: SealStory): readonly string[] => {
  const { seals, sealedEvents, unsealedEvents, copiedSeals } = story;
  return [
    `${sealedEvents} events are as they were sealed, under ${seals} seals; ` +
      `${unsealedEvents} are not sealed yet`,
    ...(copiedSeals === 0
      ? []
      : [
          `${copiedSeals} seals were made in another store, of which this log is a copy: ` +
            'positions differ, order and content hold',
        ]),
  ];
};

interface Telling extends SealOptions {
  readonly json: boolean;
}

/** Both need a log that is read with its bytes. */
export const sealChecks = async (
  { config, output }: Pick<AuditCommand, 'config' | 'output'>,
  { publicKeys, expectSeal, json }: Telling,
): Promise<readonly LogCheck[]> => {
  const seals = sealsHold({
    sha256,
    keys: await believedKeys(config, publicKeys),
    end: { now: systemClock.now(), intervalSeconds: config.sealIntervalSeconds },
    noted: expectSeal === undefined ? null : await readNoted(expectSeal),
    onEnd: (story) => {
      const lines = json ? [JSON.stringify({ seals: story })] : describeSeals(story);
      for (const line of lines) output.line(line);
    },
  });
  return [bytesAreOurs, seals];
};
