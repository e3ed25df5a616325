/** Up to where of the log an audit looks: options that its subcommands share. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Until } from '../../../audit/pass.js';
import { type Instant, instantOfMs } from '../../../domain/shared/instant.js';
import type { Position } from '../../../ports/event-store.js';

/** A date alone means a different day here and in Nepal, so the time and its zone are asked for. */
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

const moment = (text: string): Instant => {
  const epochMs = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(epochMs)) return instantOfMs(epochMs);
  throw new InvalidArgumentError('It must be a time with its zone, as 2026-11-22T17:30:00+05:45.');
};

const position = (text: string): Position => {
  if (/^\d{1,19}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('It must be a position of the log, a whole number.');
};

export interface UntilOptions {
  readonly at?: Instant;
  readonly position?: Position;
}

export const withUntil = (command: Command): Command =>
  command
    .addOption(new Option('--at <time>', 'everything that had happened by then').argParser(moment))
    .addOption(
      new Option('--position <number>', 'everything up to this place in the log')
        .argParser(position)
        .conflicts('at'),
    );

export const untilOf = ({ at, position: last }: UntilOptions): Until => {
  if (at !== undefined) return { kind: 'instant', at };
  return last === undefined ? { kind: 'end' } : { kind: 'position', position: last };
};

/** Where a pass will end, as far as that can be known; for a bar. */
export const endOf = (until: Until, last: Position | null): Position | null =>
  until.kind === 'position' && last !== null && until.position < last ? until.position : last;
