import { Argument, Command } from 'commander';
import type { RebuildReport, RebuildResult } from '../../projections/engine/index.js';
import { projections } from '../../projections/index.js';
import { inColumns } from '../cli/columns.js';
import { OperatorError } from '../cli/operator-error.js';
import { shortCommand } from '../cli/short-command.js';
import type { Terminal } from '../cli/terminal.js';
import { projectionEngine } from '../roles/projections.js';

const nameArgument = (): Argument =>
  new Argument('<name>', 'of the read model').choices(projections.map(({ name }) => name));

const statusCommand = (): Command =>
  new Command('status')
    .description('how far each read model is, and what it has set aside')
    .action(() =>
      shortCommand(async ({ parts, output }) => {
        const lags = await projectionEngine(parts).lag();
        const rows = lags.map(({ name, position, seconds, parkedStreams }) => [
          name,
          position === null ? 'not begun' : String(position),
          seconds === 0 ? 'up to date' : `${Math.round(seconds)} s behind`,
          parkedStreams === 0 ? '-' : `${parkedStreams} streams`,
        ]);
        const heads = ['READ MODEL', 'POSITION', 'LAG', 'PARKED'];
        for (const line of inColumns(heads, rows)) output.line(line);
      }),
    );

const tellReport = (output: Terminal, { events, position, ...report }: RebuildReport): void => {
  output.line(`${events} events up to position ${position ?? 'none'}`);
  if (report.notCompared !== null) output.line(`not compared: ${report.notCompared}`);
  for (const { table, rebuilt, live } of report.tables) {
    const isEqual = live?.rows === rebuilt.rows && live.checksum === rebuilt.checksum;
    const verdict = live === null ? '' : isEqual ? ', as before' : `, and ${live.rows} before`;
    output.line(`table ${table}: ${rebuilt.rows} rows${verdict}`);
  }
  for (const { claim, violations } of report.checks) {
    output.line(`${violations === 0 ? 'holds' : `broken by ${violations} rows`}: ${claim}`);
  }
};

/** @throws OperatorError unless the rebuilt copy is live. */
const tellResult = (output: Terminal, name: string, result: RebuildResult): void => {
  switch (result.kind) {
    case 'swapped':
      tellReport(output, result.report);
      output.line(`${name} was rebuilt and is live`);
      return;
    case 'differs':
      tellReport(output, result.report);
      throw new OperatorError([
        `${name}: the rebuilt copy differs and the live one was kept; --replace takes the new one`,
      ]);
    case 'checks-failed':
      tellReport(output, result.report);
      throw new OperatorError([`${name}: the rebuilt copy breaks a check; the live one was kept`]);
    case 'poison':
      throw new OperatorError([
        `${name}: event ${result.id} of ${result.stream} cannot be projected: ${result.why}`,
      ]);
    case 'aborted':
      throw new OperatorError([`${name}: stopped; the same command goes on from here`]);
  }
};

const rebuildCommand = (): Command =>
  new Command('rebuild')
    .description('build a read model anew from the log beside the live one, then swap them')
    .addArgument(nameArgument())
    .option('--replace', 'take the new copy even when it differs from the live one')
    .action((name: string, { replace = false }: { readonly replace?: boolean }) =>
      shortCommand(async ({ parts, output, story, signal }) => {
        const bar = story.progress(name);
        const result = await projectionEngine(parts).rebuild(name, {
          signal,
          onDifference: replace ? 'replace-live' : 'keep-live',
          // Positions are places in the log, so they show the way better than counted events.
          onProgress: ({ position, target }) => bar.update(Number(position), Number(target)),
        });
        bar.end();
        tellResult(output, name, result);
      }),
    );

const retryCommand = (): Command =>
  new Command('retry')
    .description('project the events that a read model has set aside, in order')
    .addArgument(nameArgument())
    .action((name: string) =>
      shortCommand(async ({ parts, output }) => {
        const results = await projectionEngine(parts).retryParked(name);
        if (results.length === 0) output.line(`${name} has nothing parked`);
        for (const { stream, replayed, remaining, error } of results) {
          const rest = remaining === 0 ? 'back with the others' : `${remaining} left: ${error}`;
          output.line(`${stream}: ${replayed} events projected, ${rest}`);
        }
        if (results.some(({ remaining }) => remaining > 0)) {
          throw new OperatorError([`${name}: some events still cannot be projected`]);
        }
      }),
    );

export const projectionsCommand = (): Command =>
  new Command('projections')
    .description('read models: how far they are, rebuild one, retry what one has set aside')
    .addCommand(statusCommand())
    .addCommand(rebuildCommand())
    .addCommand(retryCommand());
