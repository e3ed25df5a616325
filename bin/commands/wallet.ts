import { Command, InvalidArgumentError } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, UserId } from '../../domain/shared/ids.js';
import { isPositive, type Money, parseRupees, toRupees } from '../../domain/shared/money.js';
import { sealWords } from '../../ports/sealed-words.js';
import { userReasonPlace } from '../../ports/user-data.js';
import { operatorContext } from '../cli/operator-context.js';
import { OperatorError } from '../cli/operator-error.js';
import { words } from '../cli/option-texts.js';
import { type ShortCommand, shortCommand } from '../cli/short-command.js';

const amount = (text: string): Money => {
  const money = parseRupees(text);
  if (money !== null && isPositive(money)) return money;
  throw new InvalidArgumentError('It must be rupees above 0, as 100 or 99.50.');
};

const userId = (text: string): UserId => {
  if (UserId.is(text)) return text;
  throw new InvalidArgumentError('It is no id of a user.');
};

interface Options {
  readonly user: UserId;
  readonly amount: Money;
  readonly reason: string;
}

const add = async (
  { parts, output }: ShortCommand,
  { user: id, amount: added, reason }: Options,
): Promise<void> => {
  const { handlers, clock, newId, personalData } = parts;
  const { state: user } = await handlers.user.load(id);
  if (user === null) throw new OperatorError([`there is no user ${id}`]);
  if (user.isDeleted) throw new OperatorError([`the account of ${id} was deleted`]);
  const context = operatorContext(newId);
  const result = await handlers.wallet.execute(
    id,
    {
      type: 'AdjustWallet',
      adjustmentId: brandOrThrow(EntryId, context.commandId),
      amount: added,
      reason: await sealWords(personalData, userReasonPlace(id, 'walletReason'), reason),
      at: clock.now(),
    },
    context,
  );
  if (E.isLeft(result)) throw new OperatorError([`not added: ${result.left.kind}`]);
  output.line(`${id} has NPR ${toRupees(result.right.state.balance)}`);
};

const addCommand = (): Command =>
  new Command('add')
    .description('add money to a wallet, as staff do who took it at the counter')
    .requiredOption('--user <id>', 'whose wallet', userId)
    .requiredOption('--amount <rupees>', 'as 100 or 99.50', amount)
    .requiredOption('--reason <text>', 'kept with the entry, sealed', words)
    .action((options: Options) =>
      shortCommand((command) => add(command, options), { needsKeys: true }),
    );

export const walletCommand = (): Command =>
  new Command('wallet').description('wallets: add money to one').addCommand(addCommand());
