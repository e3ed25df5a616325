import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { parse } from 'yaml';
import { projectRoot } from '../support/program.js';

const Node = t.type({
  image: t.string,
  environment: t.record(t.string, t.string),
  ports: t.array(t.string),
  volumes: t.array(t.string),
  networks: t.type({
    eventstore: t.type({ ipv4_address: t.string, aliases: t.array(t.string) }),
  }),
});

const Cluster = t.type({
  services: t.type({
    certificates: t.type({ image: t.string, command: t.array(t.string) }),
    node1: Node,
    node2: Node,
    node3: Node,
  }),
});

const Services = t.type({
  services: t.record(t.string, t.union([t.record(t.string, t.unknown), t.null])),
});

/** Compose takes a service away that is marked so. */
const reset = { tag: '!reset', resolve: () => null };

const parsed = async <A>(codec: t.Decoder<unknown, A>, path: string): Promise<A> => {
  const text = await readFile(join(projectRoot, path), 'utf8');
  const result = codec.decode(parse(text, { merge: true, logLevel: 'error', customTags: [reset] }));
  if (E.isLeft(result)) throw new Error(`${path} is not as this test knows it`);
  return result.right;
};

const cluster = () => parsed(Cluster, 'deploy/eventstore/cluster.yaml');

test('every node of the cluster is found under the name that it tells clients', async (t) => {
  const { certificates, ...nodes } = (await cluster()).services;
  const making = certificates.command.join('\n').replaceAll('$$', '$');
  const all = Object.entries(nodes);
  for (const [name, { environment, ports, networks }] of all) {
    const host = environment.EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS ?? '';
    const port = environment.EVENTSTORE_NODE_PORT ?? '';
    t.deepEqual(networks.eventstore.aliases, [host], `${name} answers to its name`);
    t.is(environment.EVENTSTORE_ADVERTISE_NODE_PORT_TO_CLIENT_AS, port);
    t.deepEqual(ports, [`127.0.0.1:${port}:${port}`], 'the port is the same inside and outside');
    t.is(environment.EVENTSTORE_REPLICATION_IP, networks.eventstore.ipv4_address);
    const seeds = all
      .filter(([other]) => other !== name)
      .map(
        ([other, node]) => `${other}.eventstore.internal:${node.environment.EVENTSTORE_NODE_PORT}`,
      );
    t.is(environment.EVENTSTORE_GOSSIP_SEED, seeds.join(','), 'it looks for the other two');
    // The command makes the certificates of all nodes in a loop over their numbers.
    const number = name.slice('node'.length);
    t.true(making.replaceAll('$n', number).includes(`localhost,${host}`), 'name in certificate');
    const address = networks.eventstore.ipv4_address;
    t.true(making.replaceAll('$n', number).includes(`127.0.0.1,${address}`), 'address in it');
  }
});

test('each node has its own key and data, and nobody sees the key of the authority', async (t) => {
  const { certificates: _, ...nodes } = (await cluster()).services;
  for (const [name, { environment, volumes }] of Object.entries(nodes)) {
    t.is(environment.EVENTSTORE_CERTIFICATE_FILE, `/certs/${name}/node.crt`);
    t.is(environment.EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE, `/certs/${name}/node.key`);
    t.deepEqual(volumes, [
      './certs/ca:/certs/ca:ro',
      `./certs/${name}:/certs/${name}:ro`,
      `${name}-data:/var/lib/eventstore`,
      `${name}-logs:/var/log/eventstore`,
    ]);
  }
});

test('keys are neither committed nor built into the image', async (t) => {
  for (const file of ['.gitignore', '.dockerignore']) {
    const lines = (await readFile(join(projectRoot, file), 'utf8')).split('\n');
    t.true(
      lines.some((line) => line.replace(/\/$/, '') === 'deploy/eventstore/certs'),
      file,
    );
  }
});

test('all three installations run the same release, pinned', async (t) => {
  const single = await parsed(Services, 'deploy/eventstore/single-node.yaml');
  const whole = await parsed(Services, 'docker-compose.yaml');
  const { certificates, node1, node2, node3 } = (await cluster()).services;
  const nodes = [node1, node2, node3, single.services.eventstore, whole.services.eventstore];
  const all = new Set(nodes.map((node) => node?.image));
  t.is(all.size, 1);
  t.regex(String([...all][0]), /:\d+\.\d+\.\d+$/);
  t.regex(certificates.image, /:\d+\.\d+\.\d+$/);
});

test('on the cluster every service of the program leaves the single node', async (t) => {
  const whole = await parsed(Services, 'docker-compose.yaml');
  const laid = await parsed(Services, 'deploy/eventstore/on-cluster.yaml');
  const ours = Object.entries(whole.services).flatMap(([name, service]) =>
    service?.build === undefined ? [] : [name],
  );
  t.true(ours.length > 0);
  t.deepEqual(new Set(Object.keys(laid.services)), new Set(['eventstore', ...ours]));
  t.is(laid.services.eventstore, null, 'the single node does not run');
});
