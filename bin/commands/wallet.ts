import { Command, InvalidArgumentError } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, UserId } from '../../domain/shared/ids.js';
import { isPositive, type Money, parseRupees, toRupees } from '../../domain/shared/money.js';
import { OperatorError } from '../cli/operator-error.js';
import { shortCommand } from '../cli/short-command.js';

const reasonLengthMax = 500;

const amount = (text: string): Money => {
  const money = parseRupees(text);
  if (money !== null && isPositive(money)) return money;
  throw new InvalidArgumentError('It must be rupees above 0, as 100 or 99.50.');
};

const userId = (text: string): UserId => {
  if (UserId.is(text)) return text;
  throw new InvalidArgumentError('It is no id of a user.');
};

const reason = (text: string): string => {
  if (text.trim() !== '' && text.length <= reasonLengthMax) return text;
  throw new InvalidArgumentError(`It must be a text of 1 to ${reasonLengthMax} characters.`);
};

interface Options {
  readonly user: UserId;
  readonly amount: Money;
  readonly reason: string;
}

const addCommand = (): Command =>
  new Command('add')
    .description('add money to a wallet, as staff do who took it at the counter')
    .requiredOption('--user <id>', 'whose wallet', userId)
    .requiredOption('--amount <rupees>', 'as 100 or 99.50', amount)
    .requiredOption('--reason <text>', 'kept with the entry', reason)
    .action((options: Options) =>
      shortCommand(async ({ parts, output }) => {
        const { handlers, clock, newId } = parts;
        const { state: user } = await handlers.user.load(options.user);
        if (user === null) throw new OperatorError([`there is no user ${options.user}`]);
        const commandId = newId();
        const actor = { kind: 'staff', id: 'operator' } as const;
        const result = await handlers.wallet.execute(
          options.user,
          {
            type: 'AdjustWallet',
            adjustmentId: brandOrThrow(EntryId, commandId),
            amount: options.amount,
            reason: options.reason,
            at: clock.now(),
          },
          { commandId, correlationId: commandId, causationId: commandId, actor },
        );
        if (E.isLeft(result)) throw new OperatorError([`not added: ${result.left.kind}`]);
        output.line(`${options.user} has NPR ${toRupees(result.right.state.balance)}`);
      }),
    );

export const walletCommand = (): Command =>
  new Command('wallet').description('wallets: add money to one').addCommand(addCommand());
