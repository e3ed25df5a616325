/**
 * The same access rules at both brokers. What counts is what is delivered: Mosquitto grants and
 * acknowledges what it then silently drops, so acknowledgements prove nothing.
 */

import test, { type ExecutionContext } from 'ava';
import * as O from 'fp-ts/lib/Option.js';
import type { IClientOptions } from 'mqtt';
import { startEmbeddedBroker } from '../../../adapters/embedded/broker/broker.js';
import { hashPassword } from '../../../adapters/mqtt/passwords.js';
import {
  type BrokerMessage,
  PRESENCE_FILTERS,
  type PresenceChange,
  parsePresence,
} from '../../../adapters/mqtt/presence.js';
import type { BrokerAccount } from '../../../ports/cabinet-credentials.js';
import { expectRight } from '../../support/family-a.js';
import { memoryLog } from '../../support/log.js';
import { isMosquittoInstalled, startMosquitto } from '../../support/mosquitto.js';
import { connectTestClient, type TestClient } from '../../support/mqtt-client.js';

const A = '861234567890123';
const B = '861234567890124';
const passwords: Readonly<Record<string, string>> = {
  [A]: 'aaaaAAAA11112222',
  [B]: 'bbbbBBBB33334444',
  backend: 'backendBackend55',
};

interface RunningBroker {
  readonly cabinetUrl: string;
  readonly backendUrl: string;
  readonly stop: () => Promise<void>;
}

const startEmbedded = async (): Promise<RunningBroker> => {
  const accounts = new Map<string, BrokerAccount>(
    Object.entries(passwords).map(([name, password]) => [
      name,
      name === 'backend'
        ? { kind: 'backend', passwordHash: hashPassword(password) }
        : { kind: 'cabinet', deviceName: name, passwordHash: hashPassword(password) },
    ]),
  );
  const broker = expectRight(
    await startEmbeddedBroker({
      port: 0,
      productKey: 'powerbank',
      findAccount: async (username) => O.fromNullable(accounts.get(username)),
      log: memoryLog(),
    }),
  );
  return { cabinetUrl: broker.url, backendUrl: broker.url, stop: broker.stop };
};

const topic = (device: string, channel: string): string => `/powerbank/${device}/user/${channel}`;

/** A broker with the three clients most scenarios need, all cleaned up after the test. */
class Scene {
  private constructor(
    private readonly t: ExecutionContext,
    private readonly broker: RunningBroker,
  ) {}

  static async open(t: ExecutionContext, start: () => Promise<RunningBroker>): Promise<Scene> {
    const broker = await start();
    t.teardown(broker.stop);
    return new Scene(t, broker);
  }

  async connect(username: string, options: IClientOptions = {}): Promise<TestClient> {
    const url = username === 'backend' ? this.broker.backendUrl : this.broker.cabinetUrl;
    const client = await connectTestClient(url, {
      username,
      clientId: username,
      password: passwords[username] ?? 'none',
      ...options,
    });
    this.t.teardown(client.end);
    return client;
  }

  /** True when the broker refuses the connection. */
  async refuses(username: string, options: IClientOptions): Promise<boolean> {
    try {
      await this.connect(username, options);
      return false;
    } catch {
      return true;
    }
  }

  /** True when the broker refuses somebody who gives only a client id. */
  async refusesAnonymous(clientId: string): Promise<boolean> {
    try {
      this.t.teardown((await connectTestClient(this.broker.cabinetUrl, { clientId })).end);
      return false;
    } catch {
      return true;
    }
  }

  /** A cabinet that listens where it may. */
  async cabinet(imei: string): Promise<TestClient> {
    const client = await this.connect(imei);
    await client.subscribe(topic(imei, 'get'));
    await client.subscribe(topic(imei, 'heart'));
    return client;
  }

  /** The back end, listening to everything it may. */
  async backend(clientId = 'backend-1'): Promise<TestClient> {
    const client = await this.connect('backend', { clientId });
    await client.subscribe('/powerbank/+/user/update');
    await client.subscribe('/powerbank/+/user/heart');
    for (const filter of PRESENCE_FILTERS) await client.subscribe(filter);
    return client;
  }
}

const payloads = (client: TestClient): readonly string[] =>
  client.received
    .filter(({ topic: name }) => !name.startsWith('$SYS'))
    .map(({ payload }) => payload.toString());

const presenceIn = (client: TestClient): readonly PresenceChange[] =>
  client.received.flatMap((message) => {
    const change = parsePresence(message);
    return O.isSome(change) ? [change.value] : [];
  });

const says = (text: string) => (message: { readonly payload: Buffer }) =>
  message.payload.toString() === text;

const scenarios: Readonly<Record<string, (t: ExecutionContext, scene: Scene) => Promise<void>>> = {
  'own topics work in both directions': async (t, scene) => {
    const backend = await scene.backend();
    const a = await scene.cabinet(A);
    await backend.publish(topic(A, 'get'), 'command');
    t.is((await a.waitFor(says('command'))).topic, topic(A, 'get'));
    await a.publish(topic(A, 'update'), 'report');
    t.is((await backend.waitFor(says('report'))).topic, topic(A, 'update'));
  },

  'a heartbeat comes back to the cabinet that sent it, and reaches the back end': async (
    t,
    scene,
  ) => {
    const backend = await scene.backend();
    const a = await scene.cabinet(A);
    const b = await scene.cabinet(B);
    await a.publish(topic(A, 'heart'), 'beat');
    t.is((await a.waitFor(says('beat'))).topic, topic(A, 'heart'));
    await backend.waitFor(says('beat'));
    await backend.publish(topic(B, 'get'), 'marker');
    await b.waitFor(says('marker'));
    t.deepEqual(payloads(b), ['marker']);
  },

  'nothing of another cabinet is delivered, however it is asked for': async (t, scene) => {
    const backend = await scene.backend();
    const b = await scene.cabinet(B);
    const a = await scene.cabinet(A);
    const filters = [
      ...['get', 'update', 'heart', '+', '#'].map((channel) => topic(B, channel)),
      ...['#', '/#', '+/+/+/+/+', topic('+', 'get'), topic('+', 'heart'), topic('+', 'update')],
      ...[topic(A, 'update'), `$share/g/${topic(B, 'get')}`, '$SYS/#', ...PRESENCE_FILTERS],
    ];
    for (const filter of filters) await a.subscribe(filter);
    await backend.publish(topic(B, 'get'), 'command for B');
    await b.waitFor(says('command for B'));
    await b.publish(topic(B, 'heart'), 'beat of B');
    await b.publish(topic(B, 'update'), 'report of B');
    await a.publish(topic(A, 'update'), 'report of A');
    await backend.waitFor(says('report of B'));
    await backend.waitFor(says('report of A'));
    await backend.publish(topic(A, 'get'), 'marker');
    await a.waitFor(says('marker'));
    t.true(a.isConnected());
    t.deepEqual([...new Set(a.received.map(({ payload }) => payload.toString()))], ['marker']);
  },

  'nothing is delivered that a cabinet publishes where it may not': async (t, scene) => {
    const backend = await scene.backend();
    const b = await scene.cabinet(B);
    const forbidden = [
      ...['get', 'update', 'heart'].map((channel) => topic(B, channel)),
      ...[topic(A, 'get'), `${topic(A, 'update')}/more`, topic(A, 'update').slice(1)],
      ...['$SYS/x/new/clients', '$SYS/broker/log/N', '/other/861234567890123/user/update'],
    ];
    for (const name of forbidden) {
      const a = await scene.cabinet(A);
      await a.publish(name, 'forged');
      // One broker has hung up by now; at the other the echo comes after anything forged.
      if (a.isConnected()) {
        await a.publish(topic(A, 'heart'), 'echo');
        await a.waitFor(says('echo'));
      }
      t.false(payloads(a).includes('forged'), name);
      await a.end();
    }
    const a = await scene.cabinet(A);
    await a.publish(topic(A, 'update'), 'marker');
    await backend.waitFor(says('marker'));
    await backend.publish(topic(B, 'get'), 'marker');
    await b.waitFor(says('marker'));
    t.false(backend.received.some(says('forged')));
    t.deepEqual(payloads(b), ['marker']);
  },

  'the back end can only command: it cannot speak for a cabinet': async (t, scene) => {
    const backend = await scene.backend();
    const rogue = await scene.backend('backend-2');
    const b = await scene.cabinet(B);
    await rogue.publish(topic(B, 'heart'), 'forged');
    const again = await scene.backend('backend-3');
    await again.publish(topic(B, 'update'), 'forged');
    await b.publish(topic(B, 'heart'), 'marker');
    await b.waitFor(says('marker'));
    await backend.waitFor(says('marker'));
    t.deepEqual(payloads(b), ['marker']);
    t.deepEqual(payloads(backend), ['marker']);
  },

  'a wrong password, no password, an unknown user and nobody are refused': async (t, scene) => {
    t.true(await scene.refuses(A, { password: 'wrong' }));
    t.true(await scene.refuses(A, { password: '' }));
    t.true(await scene.refuses('861234567890199', {}));
    t.true(await scene.refuses('backend', { password: passwords[A] ?? '' }));
    t.true(await scene.refusesAnonymous(A));
    t.false(await scene.refuses(A, {}));
  },

  'nobody ends the session of a cabinet by claiming its client id': async (t, scene) => {
    const backend = await scene.backend();
    const b = await scene.cabinet(B);
    await scene.refuses(A, { clientId: B });
    await scene.refuses(A, { clientId: B, password: 'wrong' });
    await scene.refusesAnonymous(B);
    await backend.publish(topic(B, 'get'), 'marker');
    await b.waitFor(says('marker'));
    t.true(b.isConnected());
    const changes = presenceIn(backend);
    t.deepEqual(
      changes.filter(({ deviceName }) => deviceName === B),
      [{ deviceName: B, connected: true }],
    );
  },

  'the back end sees cabinets come and go': async (t, scene) => {
    const backend = await scene.backend();
    const isChange = (connected: boolean) => (message: BrokerMessage) =>
      O.exists<PresenceChange>(
        (change) => change.deviceName === A && change.connected === connected,
      )(parsePresence(message));
    const a = await scene.cabinet(A);
    await backend.waitFor(isChange(true));
    t.false(backend.received.some(isChange(false)));
    await a.end();
    await backend.waitFor(isChange(false));
  },

  'a new connection of the same cabinet replaces its old one and leaves it connected': async (
    t,
    scene,
  ) => {
    const backend = await scene.backend();
    await scene.cabinet(A);
    const second = await scene.cabinet(A);
    await backend.publish(topic(A, 'get'), 'marker');
    await second.waitFor(says('marker'));
    await second.publish(topic(A, 'update'), 'here');
    await backend.waitFor(says('here'));
    const changes = presenceIn(backend);
    const last = changes.findLast(({ deviceName }) => deviceName === A);
    t.deepEqual(last, { deviceName: A, connected: true });
  },

  'nothing is kept for later subscribers': async (t, scene) => {
    const before = await scene.cabinet(A);
    await before.publish(topic(A, 'heart'), 'kept', { retain: true });
    await before.end();
    const backend = await scene.backend();
    const a = await scene.cabinet(A);
    await backend.publish(topic(A, 'get'), 'marker');
    await a.waitFor(says('marker'));
    t.deepEqual(payloads(a), ['marker']);
    t.deepEqual(payloads(backend), []);
  },

  'an eject at QoS 0 never waits for a cabinet that is away': async (t, scene) => {
    const backend = await scene.backend();
    const before = await scene.connect(A, { clean: false });
    await before.subscribe(topic(A, 'get'));
    await before.end();
    await backend.publish(topic(A, 'get'), 'eject', { qos: 0 });
    // Acknowledged after the eject on the same connection, so the eject has been dealt with.
    await backend.publish(topic(B, 'get'), 'after');
    const a = await scene.connect(A, { clean: false });
    await a.subscribe(topic(A, 'get'));
    await backend.publish(topic(A, 'get'), 'marker');
    await a.waitFor(says('marker'));
    t.deepEqual(payloads(a), ['marker']);
  },
};

for (const [title, scenario] of Object.entries(scenarios)) {
  test.serial(`embedded broker: ${title}`, async (t) => {
    await scenario(t, await Scene.open(t, startEmbedded));
  });
}

if (isMosquittoInstalled()) {
  for (const [title, scenario] of Object.entries(scenarios)) {
    test.serial(`mosquitto: ${title}`, async (t) => {
      await scenario(t, await Scene.open(t, () => startMosquitto(passwords)));
    });
  }
} else {
  test.skip('mosquitto is not installed, so its half of this suite was not run', (t) => t.pass());
}
