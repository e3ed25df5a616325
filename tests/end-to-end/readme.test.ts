import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { logSettings } from '../support/event-store-server.js';
import {
  programWords,
  projectRoot,
  runShell,
  startProgram,
  temporaryFolder,
} from '../support/program.js';

interface Step {
  readonly command: string;
  /** Lines that it prints; `…` stands for anything. */
  readonly expected: string;
}

/** The steps of the transcript: `$` begins a command, a backslash continues it. */
const transcriptOf = (readme: string): readonly Step[] => {
  const block = /```console\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const [, ...parts] = `\n${block}`.split(/\n\$ /);
  return parts.map((part) => {
    const lines = part.trim().split('\n');
    const end = lines.findIndex((line) => !line.endsWith('\\')) + 1;
    return { command: lines.slice(0, end).join('\n'), expected: lines.slice(end).join('\n') };
  });
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const patternOf = ({ expected }: Step): RegExp =>
  new RegExp(`^${expected.split('…').map(escaped).join('[^\n]*')}$`);

/** Between the outputs of two steps; no step prints it. */
const mark = '--- next step ---';

/** The program under the name that the transcript uses. */
const words = [process.execPath, ...programWords].map((word) => `'${word}'`).join(' ');
const npx = `npx() { shift; ${words} "$@"; }`;

test('the transcript of the README is what really happens', async (t) => {
  const steps = transcriptOf(await readFile(join(projectRoot, 'README.md'), 'utf8'));
  t.is(steps.length, 6);
  const settings = { POWERBANK_DATA_DIR: await temporaryFolder(t), ...logSettings() };
  const program = startProgram(t, ['start'], settings);
  await program.untilLine(/^Ready\./);
  const apiUrl = (await program.untilLine(/^API /)).replace(/^API\s+/, '');
  const putBack = await program.untilLine(/\/put-back /);
  const handsUrl = /http:\/\/[\d.:]+/.exec(putBack)?.[0] ?? '';

  const script = steps.map(({ command }) => command).join(`\necho '${mark}'\n`);
  const here = script
    .replaceAll('http://127.0.0.1:21080', apiUrl)
    .replaceAll('http://127.0.0.1:21082', handsUrl);
  const { code, stdout, stderr } = await runShell(`${npx}\n${here}`, settings);
  t.is(code, 0, stderr);
  const outputs = stdout.split(mark).map((output) => output.trim());
  for (const [index, step] of steps.entries()) {
    t.regex(outputs[index] ?? '', patternOf(step), step.command);
  }
  program.kill('SIGINT');
  t.is(await program.exit, 0);
});
