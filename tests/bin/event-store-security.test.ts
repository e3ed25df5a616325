import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import test from 'ava';
import { certificateFiles, makeCertificate } from '../adapters/eventstore-node/certificates.js';
import { withOption } from '../support/event-store-server.js';
import { run, startProgram, temporaryFolder } from '../support/program.js';

const ADMIN = 'EVENTSTORE_NODE_ADMIN_PASSWORD';
const OPS = 'EVENTSTORE_NODE_OPS_PASSWORD';
const node = ['eventstore', '--memory', '--port', '0'];

test.serial('the node alone may be secured by files and the environment', async (t) => {
  const { certificateFile, privateKeyFile } = await certificateFiles(t, makeCertificate());
  const passwordFile = join(await temporaryFolder(t), 'password');
  await writeFile(passwordFile, 'from a file\n');
  const program = startProgram(
    t,
    [
      ...node,
      ...['--tls-certificate', certificateFile, '--tls-private-key', privateKeyFile],
      ...['--admin-password-file', passwordFile],
    ],
    { [OPS]: 'from the environment' },
  );
  const line = await program.untilLine(/esdb:\/\//);
  const url = /esdb:\S+/.exec(line)?.[0] ?? '';
  t.true(url.endsWith('?tls=true'));
  const trusted = withOption(url, 'tlsCAFile', certificateFile);
  const client = EventStoreDBClient.connectionString(trusted);
  t.teardown(() => client.dispose());
  const appendAs = (username: string, password: string, stream = 's'): Promise<unknown> =>
    client.appendToStream(stream, jsonEvent({ type: 'tested', data: {} }), {
      credentials: { username, password },
    });
  await appendAs('admin', 'from a file', '$s');
  await appendAs('ops', 'from the environment');
  await t.throwsAsync(appendAs('ops', 'from the environment', '$s'));
  await t.throwsAsync(appendAs('admin', 'from a file\n'));
  await t.throwsAsync(client.appendToStream('s', jsonEvent({ type: 'tested', data: {} })));
  program.kill('SIGTERM');
  t.is(await program.exit, 0);
  // Nobody reads a password where the program speaks.
  t.false(program.lines.some((said) => said.includes('from ')));
});

test.serial('what is in the way of a secure node is one line', async (t) => {
  const { certificateFile, privateKeyFile } = await certificateFiles(t, makeCertificate());
  const other = await certificateFiles(t, makeCertificate());
  const certificate = ['--tls-certificate', certificateFile];
  const key = ['--tls-private-key', privateKeyFile];
  const missing = join(await temporaryFolder(t), 'missing');
  const cases = [
    { args: certificate, code: 2, says: /--tls-private-key are needed together/ },
    { args: [], settings: { [ADMIN]: 'x' }, code: 2, says: /users need --tls-certificate/ },
    {
      args: [...certificate, ...key],
      settings: { [OPS]: 'x' },
      code: 2,
      says: /users need --admin-password-file or EVENTSTORE_NODE_ADMIN_PASSWORD/,
    },
    {
      args: ['--tls-certificate', missing, ...key],
      code: 1,
      says: /^--tls-certificate: ENOENT/,
    },
    {
      args: [...certificate, '--tls-private-key', other.privateKeyFile],
      code: 1,
      says: /^the private key does not belong to the TLS certificate$/,
    },
  ];
  for (const { args, settings = {}, code, says } of cases) {
    const said = await run([...node, ...args], settings);
    t.is(said.code, code, said.stderr);
    t.regex(said.stderr.trim(), says);
    t.is(said.stderr.trim().split('\n').length, 1, said.stderr);
  }
});
