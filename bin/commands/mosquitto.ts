import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { mosquittoPasswordFile } from '../../adapters/mqtt/mosquitto-passwords.js';
import type { EventStore } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { cabinetAccount } from '../cabinet-passwords.js';
import { shortCommand } from '../cli/short-command.js';
import { packageRoot } from '../package-root.js';

/** IMEIs of all registered cabinets, as the log knows them. */
const registeredDevices = async (store: EventStore): Promise<readonly string[]> => {
  const imeis = new Set<string>();
  for await (const recorded of store.readLog(null, { categories: ['station'] })) {
    const logged = decodeLogged(recorded);
    if (E.isLeft(logged) || logged.right.category !== 'station') continue;
    const { event } = logged.right;
    if (event.type === 'StationRegistered') imeis.add(event.data.imei);
  }
  return [...imeis].sort();
};

/** Mosquitto may read the file at any moment, so it is put in place whole. */
const replaceFile = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.new`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
};

const copyConfig = async (folder: string): Promise<void> => {
  for (const name of ['mosquitto.conf', 'acl']) {
    await copyFile(join(packageRoot, 'deploy', 'mosquitto', name), join(folder, name));
  }
};

interface Options {
  readonly out: string;
  readonly withConfig?: boolean;
}

const passwordsCommand = (): Command =>
  new Command('passwords')
    .description('write Mosquitto’s password file: our own account and every registered cabinet')
    .requiredOption('--out <file>', 'where; SIGHUP makes Mosquitto read it again')
    .option('--with-config', 'also put mosquitto.conf and the access rules beside it')
    .action(({ out, withConfig }: Options) =>
      shortCommand(async ({ parts, output }) => {
        const { secrets, store } = parts;
        const devices = await registeredDevices(store);
        const cabinets = devices.map((each) => cabinetAccount(secrets.cabinetMasterKey, each));
        await replaceFile(out, mosquittoPasswordFile([secrets.broker, ...cabinets]));
        if (withConfig === true) await copyConfig(dirname(out));
        output.line(`${out}: ${secrets.broker.username} and ${devices.length} cabinets`);
      }),
    );

export const mosquittoCommand = (): Command =>
  new Command('mosquitto')
    .description('files for a Mosquitto broker of your own')
    .addCommand(passwordsCommand());
