/** `powerbank audit seal …`: the keys of seals, and the last seal for a place outside. */

import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { makeSealKey, sha256 } from '../../../adapters/seal-keys.js';
import type { NotedSeal } from '../../../audit/seals/noted.js';
import { type SealData, sealHash, sealStream } from '../../../domain/seal/index.js';
import type { EventStore } from '../../../ports/event-store.js';
import { decodeLogged } from '../../../ports/logged-event.js';
import { auditCommandOf } from '../../cli/audit-command.js';
import { loadConfig } from '../../cli/load-config.js';
import { OperatorError } from '../../cli/operator-error.js';
import { createTerminal } from '../../cli/terminal.js';
import { settings } from '../../config/settings.js';
import { publicKeysIn } from '../../seal-keys.js';

const ownerOnly = 0o600;

/** What is worth writing down of a seal; the first two are what `--expect-seal` looks at. */
type SealNote = NotedSeal &
  Pick<SealData, 'at' | 'contentRoot' | 'keyId' | 'signature'> & {
    /** Events under it and all seals before. */
    readonly events: number;
  };

/** @throws OperatorError when there is no seal, or what is there is none. */
const lastSeal = async (store: Pick<EventStore, 'readLast'>): Promise<SealNote> => {
  const stored = await store.readLast(sealStream);
  if (stored === null) throw new OperatorError(['the log has no seal yet']);
  const logged = decodeLogged(stored);
  if (E.isLeft(logged) || logged.right.category !== 'seal') {
    throw new OperatorError([`the last event of ${sealStream} is no seal`]);
  }
  const { number, sealedBefore, count, at, contentRoot, keyId, signature } =
    logged.right.event.data;
  const events = sealedBefore + count;
  return { number, hash: sealHash(sha256, stored), at, events, contentRoot, keyId, signature };
};

const showCommand = (): Command =>
  new Command('show')
    .description('print the last seal, to be kept outside for `verify --expect-seal`')
    .option('--out <file>', 'where to write it; else it is printed')
    .action(({ out }: { readonly out?: string }) =>
      auditCommandOf(async ({ store, output }) => {
        const text = JSON.stringify(await lastSeal(store), null, 2);
        if (out === undefined) output.line(text);
        else await writeFile(out, `${text}\n`);
        return 'clean';
      }),
    );

/** An existing file is never written over: it may be the key of a log. */
const keepPrivateKey = async (path: string, pem: string): Promise<void> => {
  try {
    await writeFile(path, pem, { mode: ownerOnly, flag: 'wx' });
  } catch (error) {
    throw new OperatorError([error instanceof Error ? error.message : String(error)], {
      cause: error,
    });
  }
};

const keygenCommand = (): Command =>
  new Command('keygen')
    .description('make a key that signs seals; the public half is printed')
    .requiredOption('--out <file>', 'where the private half goes; nothing may be there yet')
    .action(async ({ out }: { readonly out: string }) => {
      const { privatePem, key } = makeSealKey();
      await keepPrivateKey(out, privatePem);
      createTerminal(process.stdout).line(key.publicPem.trimEnd());
      const story = createTerminal(process.stderr);
      story.line(`the private half is in ${out}, for ${settings.sealKey.name}_FILE`);
    });

const publicKeyCommand = (): Command =>
  new Command('public-key')
    .description('print the public keys of this installation, for auditors')
    .action(async () => {
      const pem = await publicKeysIn(loadConfig());
      if (pem === '') throw new OperatorError([`${settings.sealKey.name}: is not set`]);
      createTerminal(process.stdout).line(pem.trimEnd());
    });

export const sealCommand = (): Command =>
  new Command('seal')
    .description('seals of the log: the last one, and the keys that sign them')
    .addCommand(showCommand())
    .addCommand(keygenCommand())
    .addCommand(publicKeyCommand());
