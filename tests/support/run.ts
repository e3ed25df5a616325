/**
 * Runs the whole suite, or the files that are named: `npm test -- tests/domain/*.test.ts`.
 *
 * One Postgres serves all files; AVA runs as a child, its output passed through as it comes. The
 * last line is always `N passed, N failed`, and the exit code is AVA's.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { startTestServer, type TestServer } from './postgres-server.js';
import { summaryOf } from './summary.js';

const exitCodeOfSignal = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof exitCodeOfSignal;

/** Output that is kept for counting; some hundred thousand tests fit in. */
const keptOutputLengthMax = 20_000_000;

const avaCli = (): string => {
  const main = createRequire(import.meta.url).resolve('ava');
  return join(dirname(main), 'cli.mjs');
};

interface AvaRun {
  readonly exitCode: number;
  readonly output: string;
}

const runAva = (server: TestServer, stopping: AbortSignal): Promise<AvaRun> =>
  new Promise((resolve, reject) => {
    const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const ava = spawn(process.execPath, [avaCli(), ...process.argv.slice(2)], {
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

const main = async (): Promise<number> => {
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
    const { passed, failed } = summaryOf(stripVTControlCharacters(output), exitCode);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    return stoppedBy === null ? exitCode : exitCodeOfSignal[stoppedBy];
  } finally {
    await server.stop();
  }
};

process.exitCode = await main();
