/** `powerbank audit show …`: what was at a moment of the past, from the log alone. */

import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { systemClock } from '../../../adapters/clock.js';
import {
  type Moment,
  type Past,
  type PastAnswer,
  pointsAt,
  rentalAt,
  stationAt,
  walletAt,
} from '../../../audit/past/index.js';
import { RentalId, StationSerial, UserId } from '../../../domain/shared/ids.js';
import { RentalAt, rentalItem } from '../../../read-api/past/rental-shape.js';
import { PointsAt, pointsItem, WalletAt, walletItem } from '../../../read-api/past/shapes.js';
import { StationAt, stationItem } from '../../../read-api/past/station-shape.js';
import { type AuditCommand, auditCommandOf } from '../../cli/audit-command.js';
import { OperatorError } from '../../cli/operator-error.js';
import { pointsText, rentalText, stationText, walletText } from './show-text.js';
import { type UntilOptions, withUntil } from './until.js';

interface Options extends UntilOptions {
  readonly json?: boolean;
}

/** Something whose past can be told. */
interface Subject<Id, State, Item> {
  readonly word: string;
  readonly argument: string;
  readonly description: string;
  readonly id: t.Type<Id, string>;
  readonly read: (
    tools: Pick<AuditCommand, 'store' | 'signal'>,
    id: Id,
    at: Moment,
  ) => PastAnswer<State>;
  /** `null` when it was not there yet. */
  readonly item: (id: Id, moment: Moment, past: Past<State>) => Item | null;
  readonly text: (item: Item) => readonly string[];
  readonly encode: (item: Item) => unknown;
}

/** @throws OperatorError when it has not come yet, or the log does not reach that far. */
const momentOf = async (
  { store }: Pick<AuditCommand, 'store'>,
  { at: instant, position: place }: Options,
): Promise<Moment> => {
  const [at, position] = [instant ?? null, place ?? null];
  if (at !== null && at > systemClock.now()) {
    throw new OperatorError([`--at: ${at} has not come yet`]);
  }
  if (position !== null) {
    const last = await store.lastPosition();
    if (last === null || position > last) {
      throw new OperatorError([`--position: the log ends at ${last ?? 'its beginning'}`]);
    }
  }
  return { at, position };
};

const showing = async <Id, State, Item>(
  command: AuditCommand,
  { subject, text }: { readonly subject: Subject<Id, State, Item>; readonly text: string },
  options: Options,
): Promise<void> => {
  const { word, read, item: itemOf } = subject;
  const id = subject.id.decode(text);
  if (E.isLeft(id)) throw new OperatorError([`${text} cannot be the id of a ${word}`]);
  const moment = await momentOf(command, options);
  const found = await read(command, id.right, moment);
  if (E.isLeft(found)) {
    const why =
      found.left.kind === 'unknown'
        ? `the log has no ${word} ${text}`
        : `revision ${found.left.revision} of ${word} ${text} cannot be read`;
    throw new OperatorError([why]);
  }
  const item = itemOf(id.right, moment, found.right);
  if (item === null) throw new OperatorError([`${word} ${text} was not there yet`]);
  const lines = options.json === true ? [JSON.stringify(subject.encode(item))] : subject.text(item);
  for (const line of lines) command.output.line(line);
};

const subjectCommand = <Id, State, Item>(subject: Subject<Id, State, Item>): Command =>
  withUntil(new Command(subject.word).description(subject.description))
    .argument(`<${subject.argument}>`)
    .option('--json', 'one JSON document, as the API answers')
    .action((text: string, options: Options) =>
      auditCommandOf(async (command) => {
        await showing(command, { subject, text }, options);
        return 'clean';
      }),
    );

const ofAccounts = (): readonly Command[] => [
  subjectCommand({
    word: 'wallet',
    argument: 'user',
    description: 'what somebody had in the wallet',
    id: UserId,
    read: walletAt,
    item: walletItem,
    text: walletText,
    encode: WalletAt.encode,
  }),
  subjectCommand({
    word: 'points',
    argument: 'user',
    description: 'what somebody had in points',
    id: UserId,
    read: pointsAt,
    item: pointsItem,
    text: pointsText,
    encode: PointsAt.encode,
  }),
];

const ofThings = (): readonly Command[] => [
  subjectCommand({
    word: 'rental',
    argument: 'id',
    description: 'where a rental stood',
    id: RentalId,
    read: rentalAt,
    item: (_id, ...past) => rentalItem(...past),
    text: rentalText,
    encode: RentalAt.encode,
  }),
  subjectCommand({
    word: 'station',
    argument: 'serial',
    description: 'what was in the slots of a station',
    id: StationSerial,
    read: stationAt,
    item: (_id, ...past) => stationItem(...past),
    text: stationText,
    encode: StationAt.encode,
  }),
];

export const showCommand = (): Command => {
  const command = new Command('show');
  command.description('what a wallet, points, a rental or a station was at any moment');
  for (const each of [...ofAccounts(), ...ofThings()]) command.addCommand(each);
  return command;
};
