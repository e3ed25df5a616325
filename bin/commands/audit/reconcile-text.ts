/** Differences to a gateway's statement as a person and as a program read them. */

import type { Difference, Reconciliation } from '../../../audit/reconcile/index.js';
import { type Money, subtract, toRupees } from '../../../domain/shared/money.js';

const inRupees = (amount: Money): string => `NPR ${toRupees(amount)}`;

const theirsOf = ({ theirs }: Extract<Difference, { theirs: unknown }>): string =>
  `${theirs.reference}  ${theirs.day}  ${inRupees(theirs.amount)}  line ${theirs.line}`;

const oursOf = ({ ours }: Extract<Difference, { ours: unknown }>): string =>
  `${ours.day}  ${inRupees(ours.amount)}  wallet of ${ours.userId}, event ${ours.eventId}`;

export const differenceText = (difference: Difference): string => {
  const { kind } = difference;
  switch (kind) {
    case 'missing-here':
      return `${kind}  ${theirsOf(difference)}`;
    case 'missing-there':
      return `${kind}  ${difference.ours.reference}  ${oursOf(difference)}`;
    case 'different-amount':
    case 'repeated-here':
      return `${kind}  ${theirsOf(difference)}; here ${oursOf(difference)}`;
    case 'repeated-there':
      return `${kind}  ${theirsOf(difference)}, as line ${difference.firstLine}`;
  }
};

const leftOut = ({ unnamed, unreadable }: Reconciliation): readonly string[] => [
  ...(unnamed.count === 0
    ? []
    : [`${unnamed.count} top-ups of ${inRupees(unnamed.amount)} name no gateway: not compared`]),
  ...(unreadable === 0
    ? []
    : [`${unreadable} EVENTS OF WALLETS COULD NOT BE READ: powerbank audit verify`]),
];

export const reconciliationText = (sum: Reconciliation, account: string): readonly string[] => {
  const { from, to, matched, theirs, ours, fees, differences } = sum;
  return [
    from === null ? 'a statement of nothing' : `${account} from ${from} to ${to}`,
    `statement  ${theirs.count} lines, ${inRupees(theirs.amount)}`,
    `fees       ${inRupees(fees)}, which are not booked`,
    `here       ${ours.count} credits, ${inRupees(ours.amount)}`,
    `matched    ${matched.count} payments, ${inRupees(matched.amount)}`,
    `off by     ${inRupees(subtract(ours.amount, theirs.amount))}, in ${differences} differences`,
    ...leftOut(sum),
  ];
};
