/** `powerbank audit explain …`: every event that led to a figure, as a story. */

import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import {
  type ExplainTools,
  explainAccount,
  explainEvent,
  explainPoints,
  explainRental,
  explainWallet,
  findEvent,
  type Told,
} from '../../../audit/explain/index.js';
import { AccountCode } from '../../../domain/ledger/index.js';
import { RentalId, UserId } from '../../../domain/shared/ids.js';
import { type AuditCommand, auditCommandOf, type Verdict } from '../../cli/audit-command.js';
import { logProgress } from '../../cli/log-progress.js';
import { OperatorError } from '../../cli/operator-error.js';
import { toldJson, toldText } from './explain-text.js';
import { storyOfRow } from './row-story.js';

interface Options {
  readonly json?: boolean;
}

/** Tells a story as it comes; what cannot be read in it is a finding. */
const tellAll = async (
  { output }: AuditCommand,
  { story, what }: { readonly story: AsyncIterable<Told>; readonly what: string },
  { json = false }: Options,
): Promise<Verdict> => {
  let told = 0;
  let gaps = 0;
  for await (const each of story) {
    if (told > 0 && !json) output.line();
    for (const line of json ? [toldJson(each)] : toldText(each)) output.line(line);
    told += 1;
    if (each.kind === 'gap') gaps += 1;
  }
  if (told === 0) throw new OperatorError([`the log says nothing about ${what}`]);
  return gaps === 0 ? 'clean' : 'findings';
};

type Telling = (
  command: AuditCommand,
  tools: ExplainTools,
) => AsyncIterable<Told> | Promise<AsyncIterable<Told>>;

/** Carries a story out, with a bar where the whole log is looked through for it. */
const explaining = (
  { what, telling, reads }: { what: string; telling: Telling; reads: 'a stream' | 'the log' },
  options: Options,
): Promise<void> =>
  auditCommandOf(async (command) => {
    const { store, signal, story: terminal } = command;
    if (reads === 'a stream') {
      return tellAll(command, { story: await telling(command, { store, signal }), what }, options);
    }
    const progress = logProgress(terminal, 'looking through the log', await store.lastPosition());
    try {
      const tools = { store, signal, onEvent: progress.seen };
      return await tellAll(command, { story: await telling(command, tools), what }, options);
    } finally {
      progress.end();
    }
  });

/** @throws OperatorError when a text cannot be what it is said to be. */
const decoded = <A>(codec: t.Type<A, string>, text: string): A => {
  const value = codec.decode(text);
  if (E.isLeft(value)) throw new OperatorError([`${text} is no ${codec.name}`]);
  return value.right;
};

const withJson = (command: Command): Command =>
  command.option('--json', 'one JSON document an event');

const subjectCommand = <Id>(
  word: string,
  {
    description,
    id: codec,
    explain,
    reads = 'a stream',
  }: {
    readonly description: string;
    readonly id: t.Type<Id, string>;
    readonly explain: (tools: ExplainTools, id: Id) => AsyncIterable<Told>;
    readonly reads?: 'a stream' | 'the log';
  },
): Command =>
  withJson(new Command(word).description(description).argument('<id>')).action(
    (text: string, options: Options) => {
      const telling: Telling = (_command, tools) => explain(tools, decoded(codec, text));
      return explaining({ what: `${word} ${text}`, telling, reads }, options);
    },
  );

const postingCommand = (): Command =>
  withJson(
    new Command('posting')
      .description('one event: what it did to the books, by which rule, and what led to it')
      .argument('<event>', 'id of the event'),
  ).action((eventId: string, options: Options) => {
    const telling: Telling = async (_command, tools) => {
      const event = await findEvent(tools, ({ id }) => id === eventId);
      if (event === null) throw new OperatorError([`no event of the log has the id ${eventId}`]);
      return explainEvent(tools, event);
    };
    return explaining({ what: `event ${eventId}`, telling, reads: 'the log' }, options);
  });

const rowCommand = (): Command =>
  withJson(
    new Command('row')
      .description('the events that made a row of a read model (opens the database, too)')
      .argument('<table>', 'read model and table, as wallet.wallets')
      .argument('<key...>', 'its primary key, one argument a column'),
  ).action((table: string, key: readonly string[], options: Options) => {
    const telling: Telling = (command, tools) => storyOfRow(command, tools, { table, key });
    return explaining(
      { what: `row ${table} ${key.join(' ')}`, telling, reads: 'the log' },
      options,
    );
  });

export const explainCommand = (): Command =>
  new Command('explain')
    .description('every event that led to a figure: who, why, and what it did to the books')
    .addCommand(
      subjectCommand('wallet', {
        description: 'the money of a user',
        id: UserId,
        explain: explainWallet,
      }),
    )
    .addCommand(
      subjectCommand('points', {
        description: 'the points of a user',
        id: UserId,
        explain: explainPoints,
      }),
    )
    .addCommand(
      subjectCommand('rental', {
        description: 'a rental, with the money and the points that moved for it',
        id: RentalId,
        explain: explainRental,
      }),
    )
    .addCommand(
      subjectCommand('account', {
        description: 'an account of the ledger, as income:late-fee',
        id: AccountCode,
        explain: explainAccount,
        reads: 'the log',
      }),
    )
    .addCommand(postingCommand())
    .addCommand(rowCommand());
