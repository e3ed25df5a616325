/**
 * Runs the whole suite, or the files that are named: `npm test -- tests/domain/*.test.ts`; with
 * `ESDB_URL` on the event store that it names, else on embedded nodes.
 *
 * One Postgres serves all files; AVA runs as a child, its output passed through as it comes. The
 * last line is always `N passed, N failed`, and the exit code is AVA's.
 */
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { redactText } from '../../adapters/redaction.js';
import { givenServerUrl } from './given-server.js';
import { memoryLog } from './log.js';
import { startTestServer, type TestServer } from './postgres-server.js';
import { avaWords } from './running.js';
import { summaryOf } from './summary.js';

const exitCodeOfSignal = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof exitCodeOfSignal;

/** Output that is kept for counting; some hundred thousand tests fit in. */
const keptOutputLengthMax = 20_000_000;

interface AvaRun {
  readonly exitCode: number;
  readonly output: string;
}

const runAva = (server: TestServer, stopping: AbortSignal): Promise<AvaRun> =>
  new Promise((resolve, reject) => {
    const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const ava = spawn(process.execPath, avaWords(process.argv.slice(2)), {
      env: { ...process.env, ...colour, TEST_PG_URL: server.url },
      stdio: ['inherit', 'pipe', 'inherit'],
    });
    let output = '';
    ava.stdout.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      output = (output + chunk.toString('utf8')).slice(-keptOutputLengthMax);
    });
    const stop = (): void => {
      ava.kill('SIGINT');
    };
    stopping.addEventListener('abort', stop, { once: true });
    ava.once('error', reject);
    ava.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });

/** Tests of a node's own process, and how many there are: nothing is left out in silence. */
const tellSkipped = (skipped: number): void => {
  if (skipped === 0) return;
  const why = givenServerUrl === null ? 'skipped' : 'not applicable to the server at ESDB_URL';
  process.stdout.write(`${skipped} ${why}\n`);
};

/** Whether the server that was given answers; without it every single test would say that. */
const isServerWell = async (): Promise<boolean> => {
  if (givenServerUrl === null) return true;
  try {
    const store = connectEventStore({ url: givenServerUrl }, memoryLog());
    await store.readLogPage(null, 1);
    await store.close();
    process.stdout.write(`on the event store ${redactText(givenServerUrl)}\n`);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? redactText(error.message) : String(error);
    process.stderr.write(`ESDB_URL: ${reason}\n`);
    return false;
  }
};

const main = async (): Promise<number> => {
  if (!(await isServerWell())) return 1;
  const stopping = new AbortController();
  let stoppedBy: Signal | null = null;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stoppedBy ??= signal;
      stopping.abort();
    });
  }
  const server = await startTestServer();
  try {
    if (stoppedBy !== null) return exitCodeOfSignal[stoppedBy];
    const { exitCode, output } = await runAva(server, stopping.signal);
    const { passed, failed, skipped } = summaryOf(stripVTControlCharacters(output), exitCode);
    tellSkipped(skipped);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    return stoppedBy === null ? exitCode : exitCodeOfSignal[stoppedBy];
  } finally {
    await server.stop();
  }
};

process.exitCode = await main();
