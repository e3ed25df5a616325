import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { EventStoreNodeOptions } from '../../../adapters/embedded/eventstore/index.js';
import { OperatorError } from '../../cli/operator-error.js';

/** Passwords come from files or from these, never from arguments: arguments can be listed. */
const adminPasswordVariable = 'EVENTSTORE_NODE_ADMIN_PASSWORD';
const opsPasswordVariable = 'EVENTSTORE_NODE_OPS_PASSWORD';

export interface SecurityOptions {
  readonly tlsCertificate?: string;
  readonly tlsPrivateKey?: string;
  readonly adminPasswordFile?: string;
  readonly opsPasswordFile?: string;
  readonly allowAnonymous?: boolean;
}

/** Adds to `command` what encrypts connections and says who may use the node. */
export const withSecurity = (command: Command): Command =>
  command
    .option('--tls-certificate <file>', 'PEM file of the certificate; encrypts connections')
    .option('--tls-private-key <file>', 'PEM file of the key that belongs to it')
    .option('--admin-password-file <file>', `in place of ${adminPasswordVariable}; makes users`)
    .option('--ops-password-file <file>', `in place of ${opsPasswordVariable}`)
    .option('--allow-anonymous', 'with users: others may use streams that are open to everybody');

const read = async (option: string, path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError([`${option}: ${reason}`], { cause: error });
  }
};

/** What an editor or `echo` puts at the end of a file is no part of a password. */
const passwordFrom = async (
  option: string,
  path: string | undefined,
  variable: string,
): Promise<string | undefined> => {
  if (path === undefined) return process.env[variable] || undefined;
  return (await read(option, path)).replace(/\r?\n$/, '');
};

type Security = Pick<EventStoreNodeOptions, 'tls' | 'users' | 'anonymousStreams'>;

/**
 * What the node has to know, files read.
 *
 * @throws OperatorError when a file cannot be read. Options that do not go together end the
 * command.
 */
export const readSecurity = async (
  command: Command,
  options: SecurityOptions,
): Promise<Security> => {
  const { tlsCertificate, tlsPrivateKey, adminPasswordFile, opsPasswordFile } = options;
  if ((tlsCertificate === undefined) !== (tlsPrivateKey === undefined)) {
    command.error('error: --tls-certificate and --tls-private-key are needed together');
  }
  const admin = await passwordFrom(
    '--admin-password-file',
    adminPasswordFile,
    adminPasswordVariable,
  );
  const ops = await passwordFrom('--ops-password-file', opsPasswordFile, opsPasswordVariable);
  if (admin === undefined && ops !== undefined) {
    command.error(`error: users need --admin-password-file or ${adminPasswordVariable}`);
  }
  if (tlsCertificate === undefined || tlsPrivateKey === undefined) {
    if (admin !== undefined) command.error('error: users need --tls-certificate');
    return {};
  }
  const tls = {
    certificatePem: await read('--tls-certificate', tlsCertificate),
    privateKeyPem: await read('--tls-private-key', tlsPrivateKey),
  };
  if (admin === undefined) return { tls };
  const users = [
    { name: 'admin', password: admin, groups: ['$admins'] },
    ...(ops === undefined ? [] : [{ name: 'ops', password: ops, groups: ['$ops'] }]),
  ];
  return { tls, users, anonymousStreams: options.allowAnonymous === true };
};
