import type { RentalId } from '../shared/ids.js';
import type { Money } from '../shared/money.js';
import type { CreditSource, FundsPurpose, GatewayPayment } from '../wallet/events.js';
import {
  type AccountCode,
  accountOf,
  rentalAccount,
  soleAccount,
  unnamed,
  walletAccount,
} from './account.js';
import { credit, debit, type Posting } from './posting.js';
import type { OfUser, PostingRules } from './rules.js';

const held = ({ user }: OfUser): AccountCode => accountOf('held-funds', user);

interface Source {
  readonly source: CreditSource;
  readonly gateway: GatewayPayment | null;
  readonly rentalId: RentalId | null;
}

/** Where money of a wallet comes from. */
const sourceAccount = ({ source, gateway, rentalId }: Source): AccountCode => {
  switch (source) {
    case 'TOPUP':
      return accountOf('gateway-clearing', gateway?.name ?? unnamed);
    case 'REFUND':
      return rentalAccount('refunds-payable', rentalId);
    case 'STAFF':
      return soleAccount('staff-adjustment');
    case 'DEMO':
      return soleAccount('demo-funds');
  }
};

interface Purpose {
  readonly purpose: FundsPurpose;
  readonly rentalId: RentalId | null;
}

/** Where money goes that is taken from a wallet. */
const targetAccount = ({ user }: OfUser, { purpose, rentalId }: Purpose): AccountCode => {
  switch (purpose) {
    // Which part of it is which income is known to the rental alone, and only at its end.
    case 'RENTAL':
    case 'EXTENSION':
    case 'DUE':
    case 'CANCELLATION_FEE':
      return rentalAccount('payment-clearing', rentalId);
    case 'WITHDRAWAL':
      return accountOf('withdrawals-payable', user);
    case 'ADVERTISEMENT':
      return soleAccount('advertisement');
    case 'WAIVED':
      return soleAccount('waived-balance');
  }
};

const transfer = (from: AccountCode, to: AccountCode, amount: Money): readonly Posting[] => [
  debit(from, amount),
  credit(to, amount),
];

/** A wallet is money that we owe its user: a credit raises it. */
export const walletRules: PostingRules<'wallet', OfUser> = {
  FundsCredited: ({ user }, data) =>
    transfer(sourceAccount(data), walletAccount(user), data.amount),
  FundsHeld: (of, { amount }) => transfer(walletAccount(of.user), held(of), amount),
  FundsCaptured: (of, { amount, purpose, rentalId }) =>
    transfer(held(of), targetAccount(of, { purpose, rentalId }), amount),
  FundsReleased: (of, { amount }) => transfer(held(of), walletAccount(of.user), amount),
  FundsDebited: (of, { amount, purpose, rentalId }) =>
    transfer(walletAccount(of.user), targetAccount(of, { purpose, rentalId }), amount),
  /** The amount is signed: one that is taken away turns both postings round. */
  WalletAdjusted: ({ user }, { amount }) =>
    transfer(soleAccount('staff-adjustment'), walletAccount(user), amount),
};
