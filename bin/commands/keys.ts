import { Command } from 'commander';
import { readKeyStatus } from '../../adapters/personal-data/key-status.js';
import { findMasterKey, type MasterKeys } from '../../adapters/personal-data/master-keys.js';
import { rotateMasterKey } from '../../adapters/personal-data/rotation.js';
import { inColumns } from '../cli/columns.js';
import { OperatorError } from '../cli/operator-error.js';
import { shortCommand } from '../cli/short-command.js';
import { settings } from '../config/settings.js';
import { masterKeysIn } from '../personal-keys.js';

/** Damaged keys that are named one by one; more than that is one story. */
const namedKeysMax = 20;

/** Which setting holds the master key of this name here, if any does. */
const settingOf = (masterKeys: MasterKeys, id: string): string => {
  const found = findMasterKey(masterKeys, id);
  if (found === null) return '-';
  const isCurrent = found.id === masterKeys.current.id;
  return isCurrent ? settings.dataMasterKey.name : settings.dataMasterKeyPrevious.name;
};

const statusCommand = (): Command =>
  new Command('status')
    .description('how many keys of people there are, by the master key that wraps them')
    .action(() =>
      shortCommand(async ({ parts, output }) => {
        const { masterKeys, destroyed } = await readKeyStatus(parts.database);
        const configured = masterKeysIn(parts.secrets);
        const rows = masterKeys.map(({ id, isActive, keys }) => [
          id,
          String(keys),
          isActive ? 'wraps new keys' : 'is being changed',
          settingOf(configured, id),
        ]);
        const heads = ['MASTER KEY', 'KEYS', 'STATE', 'SET HERE AS'];
        for (const line of inColumns(heads, rows)) output.line(line);
        const last = destroyed.lastAt === null ? '' : `, the last one at ${destroyed.lastAt}`;
        output.line(`${destroyed.keys} keys were destroyed${last}`);
      }),
    );

const rotateCommand = (): Command =>
  new Command('rotate')
    .description('wrap all keys with the new master key; the one before must be set, too')
    .action(() =>
      shortCommand(
        async ({ parts, output, story, signal }) => {
          const bar = story.progress('keys');
          const { rewrapped, isStopped, damaged } = await rotateMasterKey(
            parts.database,
            masterKeysIn(parts.secrets),
            { now: parts.clock.now(), signal, onProgress: bar.update },
          ).finally(() => bar.end());
          output.line(`${rewrapped} keys were wrapped with the new master key`);
          if (isStopped) {
            throw new OperatorError(['stopped; the same command goes on from here']);
          }
          if (damaged.length > 0) {
            const more = damaged.length > namedKeysMax ? ' …' : '';
            const named = damaged.slice(0, namedKeysMax).join(', ');
            throw new OperatorError([`${damaged.length} keys are damaged: ${named}${more}`]);
          }
          const { name } = settings.dataMasterKeyPrevious;
          output.line(`all keys are wrapped with it: ${name} may be removed everywhere`);
        },
        { needsKeys: true },
      ),
    );

/** `powerbank keys …`: the keys of personal data. */
export const keysCommand = (): Command =>
  new Command('keys')
    .description('keys of personal data: how they are wrapped, change the master key')
    .addCommand(statusCommand())
    .addCommand(rotateCommand());
