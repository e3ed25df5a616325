/** A story as a person and as a program read it, event by event. */

import type { Booked, EventName, Step, Told } from '../../../audit/explain/index.js';
import { plainTime } from '../../../audit/plain-time.js';
import type { Asset } from '../../../domain/ledger/index.js';
import { amountText, chart, parseAccount } from '../../../domain/ledger/index.js';
import { inColumns } from '../../cli/columns.js';

const inAsset = (amount: number, asset: Asset): string =>
  asset === 'NPR' ? `Rs ${amountText(asset, amount)}` : `${amountText(asset, amount)} points`;

const titleOf = ({ account }: Booked): string => {
  const family = parseAccount(account)?.family;
  return family === undefined ? '' : chart[family].title;
};

const placeOf = ({ stream, revision }: EventName): string => `${revision}@${stream}`;

const postingRow = (posting: Booked): readonly string[] => {
  const { account, asset, amount, balance } = posting;
  const side = amount > 0 ? 'debit' : 'credit';
  return [
    account,
    side,
    inAsset(Math.abs(amount), asset),
    balance === null ? '-' : inAsset(balance, asset),
    titleOf(posting),
  ];
};

const cause = ({ causes, origin, correlationId }: Step): readonly string[] => [
  ...causes.map((each) => `because of ${each.type} (${placeOf(each)})`),
  // An event of another stream, such as a station's; `explain posting` tells of it.
  ...(origin === correlationId ? [] : [`after ${origin}`]),
  `request ${correlationId}`,
];

const stepText = (step: Step): readonly string[] => [
  `${plainTime(step.at)}  ${step.sentence}`,
  `    ${step.type} ${placeOf(step)}, position ${step.position}, event ${step.eventId}`,
  `    by ${step.actor.kind} ${step.actor.id}, command ${step.commandId}`,
  ...cause(step).map((line) => `    ${line}`),
  ...(step.rule === null ? [] : [`    booked by the rule for ${step.rule}`]),
  ...(step.postings.length === 0
    ? []
    : inColumns(['ACCOUNT', '', 'AMOUNT', 'BALANCE', ''], step.postings.map(postingRow)).map(
        (line) => `    ${line}`,
      )),
];

export const toldText = (told: Told): readonly string[] =>
  told.kind === 'step'
    ? stepText(told)
    : [`UNREADABLE: ${told.type} ${placeOf(told)}, position ${told.position}: see audit verify`];

/** Revisions and positions as text, since they may exceed a number of JSON; paisa or points. */
export const toldJson = (told: Told): string =>
  JSON.stringify(told, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
