import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { onOwnNode } from '../support/event-store-server.js';
import { projectRoot, startProgram } from '../support/program.js';
import { avaWords } from '../support/running.js';
import { summaryOf } from '../support/summary.js';

const adapter = 'tests/adapters/eventstore/event-store.test.ts';
const wire = 'tests/adapters/eventstore-node/batch-wire.test.ts';
/** One of each kind that speaks to an event store: the last one has a whole write side. */
const kinds = [
  adapter,
  wire,
  'tests/adapters/eventstore/early-leave.test.ts',
  'tests/adapters/eventstore-node/append.test.ts',
  'tests/commands/cabinet-process.test.ts',
];

/** The files have the machine for themselves about as long as this; a stuck one ends. */
const longestSeconds = 100;

const runFiles = async (t: ExecutionContext, url: string, files: readonly string[]) => {
  const ava = spawn(
    process.execPath,
    avaWords(['--concurrency=2', `--timeout=${longestSeconds}s`, ...files]),
    { cwd: projectRoot, env: { ...process.env, ESDB_URL: url, NO_COLOR: '1' } },
  );
  t.teardown(() => ava.kill());
  const exit = new Promise<number>((resolve) => ava.once('exit', (code) => resolve(code ?? 1)));
  const [output, complaints, code] = await Promise.all([text(ava.stdout), text(ava.stderr), exit]);
  t.is(code, 0, `${output}\n${complaints}`);
  return summaryOf(output, code);
};

onOwnNode(
  'tests run on a server of another process, again and again on the same one',
  async (t) => {
    const node = startProgram(t, ['eventstore', '--memory', '--port', '0'], {});
    const url = (await node.untilLine(/^event store on /)).replace(/^event store on /, '');
    const { passed, failed, skipped } = await runFiles(t, url, kinds);
    t.true(passed > 20);
    t.is(failed, 0);
    t.true(skipped > 0, 'what only an embedded node shows');
    // What the first run has left behind is in nobody's way.
    t.true((await runFiles(t, url, [adapter, wire])).passed > 10);
  },
);
