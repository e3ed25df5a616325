import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { networkOfThisFile } from '../support/network.js';
import { someNumber } from '../support/signing-in.js';

const network = networkOfThisFile();

const attemptsMax = 10_000;
/** Connections of the attacker at a time. */
const atOnceMax = 200;
/** Identifiers that are guessed for; each has its limits. */
const victims = 500;
/** What a process may keep of all attempts together: connections, and limits of each victim. */
const heapGrowthBytesMax = 100 * 1_024 * 1_024;

/** Bytes that are still in use: what is only not yet collected depends on the machine's load. */
const heapInUse = (): number => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
};

interface Attempt {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const attemptAt = (number: number, identifier: string): Attempt => {
  const code = String((number * 7_919) % 1_000_000).padStart(6, '0');
  const token = `guessed-${number}`.padEnd(43, 'x');
  switch (number % 3) {
    case 0:
      return { path: '/api/auth/otp/verify', body: { identifier, otp: code } };
    case 1:
      return { path: '/api/auth/complete', body: { identifier, verification_token: token } };
    default:
      return { path: '/api/auth/refresh', body: { refresh: token } };
  }
};

const tried = async (url: string, { path, body }: Attempt): Promise<number> => {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
  return answer.status;
};

test.serial(
  'P-091: of 10,000 parallel attempts each is answered, none is let in, and the API goes on',
  async (t) => {
    const { roles, call } = network();
    const url = roles.api.url();
    const identifiers = Array.from({ length: victims }, someNumber);
    const statuses = new Map<number, number>();
    const delay = monitorEventLoopDelay({ resolution: 20 });
    const heapBefore = heapInUse();
    delay.enable();
    let next = 0;
    const attacker = async (): Promise<void> => {
      while (next < attemptsMax) {
        const number = next;
        next += 1;
        const identifier = identifiers[number % victims] ?? '';
        const status = await tried(url, attemptAt(number, identifier));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: atOnceMax }, attacker));
    delay.disable();
    const grown = heapInUse() - heapBefore;
    const told = [...statuses].sort(([left], [right]) => left - right);
    t.log(`answers by status: ${told.map(([status, count]) => `${status}: ${count}`).join(', ')}`);
    t.log(
      `heap ${Math.round(grown / 1_048_576)} MiB, event loop at most ${Math.round(delay.max / 1e6)} ms late`,
    );
    const answered = told.reduce((sum, [, count]) => sum + count, 0);
    t.is(answered, attemptsMax);
    // Refused, over the limit, or not counted in time and therefore closed.
    t.deepEqual(
      told.filter(([status]) => ![400, 429, 503].includes(status)),
      [],
    );
    t.true(grown < heapGrowthBytesMax, `${grown} bytes`);
    t.is((await call(null, 'GET /api/app/health/live')).status, 200);
    t.is((await call(null, 'GET /api/stations')).status, 200, 'others are served');
  },
);
