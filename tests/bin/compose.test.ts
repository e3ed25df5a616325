import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { parse } from 'yaml';
import { settings } from '../../bin/config/settings.js';
import { projectRoot } from '../support/program.js';

const Service = t.intersection([
  t.type({ image: t.string }),
  t.partial({
    build: t.string,
    command: t.array(t.string),
    environment: t.record(t.string, t.string),
    healthcheck: t.type({ test: t.array(t.string) }),
    depends_on: t.record(t.string, t.type({ condition: t.string })),
    volumes: t.array(t.string),
    restart: t.string,
  }),
]);
type Service = t.TypeOf<typeof Service>;

const Compose = t.type({
  services: t.record(t.string, Service),
  volumes: t.record(t.string, t.unknown),
});

const read = async () => {
  const text = await readFile(join(projectRoot, 'docker-compose.yaml'), 'utf8');
  const compose = Compose.decode(parse(text, { merge: true }));
  if (E.isLeft(compose)) throw new Error('docker-compose.yaml is not as this test knows it');
  return { text, ...compose.right };
};

const isOneShot = ({ restart }: Service): boolean => restart === 'no';

test('every image is pinned to a version', async (t) => {
  for (const [name, { image }] of Object.entries((await read()).services)) {
    t.regex(image, /:\d+\.\d+[\w.-]*$/, name);
  }
  const dockerfile = await readFile(join(projectRoot, 'Dockerfile'), 'utf8');
  for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) t.regex(image ?? '', /:\d+\.\d+/);
  t.regex(dockerfile, /^USER node$/m, 'the program does not run as root');
});

test('every setting of the program exists, and no secret is written down', async (t) => {
  const { services, text } = await read();
  const known = new Map(Object.values(settings).map((setting) => [setting.name, setting.kind]));
  for (const [service, { environment = {} }] of Object.entries(services)) {
    for (const [name, value] of Object.entries(environment)) {
      if (!name.startsWith('POWERBANK_')) continue;
      t.true(known.has(name), `${service}: ${name}`);
      // Needed, or else empty when it is not set, as a secret before a change is most of the time.
      if (known.get(name) === 'secret') t.regex(value, /^\$\{\w+:(\?|-\}$)/, `${service}: ${name}`);
    }
  }
  t.notRegex(text, /PASSWORD: (?!\$\{)/);
  t.notRegex(text, /:\/\/\w+:(?!\$\{)[^@\s]+@/, 'no password inside of an address');
});

test('whatever keeps running says whether it is well, and ends before what it leans on', async (t) => {
  const { services } = await read();
  for (const [name, service] of Object.entries(services)) {
    if (!isOneShot(service)) t.truthy(service.healthcheck, name);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const needed = services[other];
      if (needed === undefined) t.fail(`${name} depends on ${other}, which is not there`);
      else
        t.is(condition, isOneShot(needed) ? 'service_completed_successfully' : 'service_healthy');
    }
  }
});

test('each role is a service of the same image, and every volume is declared', async (t) => {
  const { services, volumes } = await read();
  const ours = Object.values(services).filter(({ build }) => build !== undefined);
  t.is(new Set(ours.map(({ image }) => image)).size, 1);
  const roles = ours.map(({ command }) => command?.join(' ') ?? '');
  for (const role of ['api', 'mqtt', 'processes', 'projections']) {
    t.true(roles.includes(`serve --role ${role}`), role);
  }
  for (const { volumes: mounts = [] } of Object.values(services)) {
    for (const mount of mounts) t.true((mount.split(':')[0] ?? '') in volumes, mount);
  }
});

test('the program has the same heap in the image as where it is started by its name', async (t) => {
  const heap = /--max-old-space-size=\d+/;
  const paths = ['bin/powerbank.ts', 'Dockerfile'];
  const texts = await Promise.all(paths.map((path) => readFile(join(projectRoot, path), 'utf8')));
  const [ofProgram, ofImage] = texts.map((text) => heap.exec(text)?.[0]);
  t.truthy(ofProgram);
  t.is(ofImage, ofProgram);
});

test('what CI runs can be run', async (t) => {
  const { mode } = await stat(join(projectRoot, '.ci', 'run'));
  t.is(mode & 0o111, 0o111);
});
