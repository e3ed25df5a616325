import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { systemClock } from '../../adapters/clock.js';
import { createLog } from '../../adapters/logging.js';
import { createMetrics } from '../../adapters/metrics.js';
import type { ChannelCheck, OpenMessages } from '../../adapters/notifications/messages.js';
import { checkMessage } from '../../commands/account/message-texts.js';
import { type Identifier, readIdentifier } from '../../domain/shared/identifier.js';
import type { Delivery } from '../../ports/messages.js';
import { inColumns } from '../cli/columns.js';
import { loadConfig } from '../cli/load-config.js';
import { OperatorError } from '../cli/operator-error.js';
import { createTerminal, type Terminal } from '../cli/terminal.js';
import { openMessages, settingOfChannel } from '../messages.js';
import { findRunning } from '../running.js';

const standardErrorFd = 2;
const graceMs = 5_000;

const identifier = (text: string): Identifier => {
  const read = readIdentifier(text);
  if (read !== null) return read;
  throw new InvalidArgumentError('It must be an e-mail address or a Nepali mobile number.');
};

/** Needs no servers: just the providers, or the mailbox of the program on this data folder. */
const withMessages = async (
  work: (messages: OpenMessages, output: Terminal) => Promise<void>,
): Promise<void> => {
  const config = loadConfig();
  const destination = pino.destination({ fd: standardErrorFd, sync: true });
  const level = config.logLevel === 'silent' ? 'silent' : 'warn';
  const log = createLog({ level, clock: systemClock, destination });
  const metrics = createMetrics({ log, withProcessMetrics: false });
  const running = await findRunning(config.dataDir);
  const messages = openMessages(config, running?.mailbox ?? null, { log, metrics });
  try {
    await work(messages, createTerminal(process.stdout));
  } finally {
    await messages.close(graceMs);
  }
};

const rowOf = ({ channel, found }: ChannelCheck): readonly string[] => {
  if (found === null) return [channel, '-', 'no', `${settingOfChannel[channel].name} is not set`];
  return [channel, found.provider, found.isReady ? 'yes' : 'no', found.text];
};

const checkCommand = (): Command =>
  new Command('check')
    .description('ask each provider whether it lets us in; nothing is sent')
    .action(() =>
      withMessages(async (messages, output) => {
        const checks = await messages.check();
        const heads = ['channel', 'provider', 'ready', 'what it says'];
        for (const line of inColumns(heads, checks.map(rowOf))) output.line(line);
        const faulty = checks.filter(({ found }) => found !== null && !found.isReady);
        if (faulty.length === 0) return;
        const names = faulty.map(({ channel }) => channel).join(', ');
        throw new OperatorError([`not ready: ${names}`]);
      }),
    );

const wordsOf = (delivery: Delivery): string => {
  switch (delivery.kind) {
    case 'accepted':
      return 'handed over';
    case 'refused':
      return `refused: it is the ${delivery.reason}`;
    case 'failed':
      return `not handed over: ${delivery.retry}`;
    case 'unavailable':
      return 'there is no provider for it: see `powerbank messages check`';
  }
};

const sendCommand = (): Command =>
  new Command('send')
    .description('send a message that says it is a check, to see whether it arrives')
    .requiredOption('--to <identifier>', 'an e-mail address or a mobile number', identifier)
    .action(({ to }: { readonly to: Identifier }) =>
      withMessages(async (messages, output) => {
        const delivery = await messages.send(checkMessage(randomUUID(), to));
        if (delivery.kind !== 'accepted') throw new OperatorError([wordsOf(delivery)]);
        output.line(wordsOf(delivery));
      }),
    );

export const messagesCommand = (): Command =>
  new Command('messages')
    .description('SMS and e-mail: whether they can be sent')
    .addCommand(checkCommand())
    .addCommand(sendCommand());
