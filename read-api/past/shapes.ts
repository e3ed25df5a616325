/** How answers of the time machine look, in the API as in `powerbank audit show --json`. */

import * as t from 'io-ts';
import type { Moment, Past, PastPoints, PastWallet } from '../../audit/past/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { Integer, NonNegativeInteger, nullable } from '../../domain/shared/codecs.js';
import { Instant } from '../../domain/shared/instant.js';
import { subtract } from '../../domain/shared/money.js';
import { FundsPurpose } from '../../domain/wallet/index.js';
import { MoneyText } from '../../ports/http/money-text.js';
import { LogPlace } from '../reading.js';

export const tag = 'Ledger: the past';

/** The last fact that the answer was made of. */
const LastFact = t.strict(
  {
    event_id: t.string,
    event_type: t.string,
    at: Instant,
    revision: NonNegativeInteger,
    position: LogPlace,
  },
  'LastFact',
);

/** What was asked, and how far the facts behind the answer go. */
const asked = {
  /** As it was asked for; `null`: at any time. */
  at: nullable(Instant),
  /** As it was asked for; `null`: everything that the log has. */
  position: nullable(LogPlace),
  /** Facts that the answer was made of. */
  events: NonNegativeInteger,
  last_event: nullable(LastFact),
} as const;

const placeText = (position: bigint) => brandOrThrow(LogPlace, position.toString());

export const askedItem = (
  moment: Moment,
  { events, last }: Past<unknown>,
): t.TypeOf<t.TypeC<typeof asked>> => ({
  at: moment.at,
  position: moment.position === null ? null : placeText(moment.position),
  events,
  last_event:
    last === null
      ? null
      : {
          event_id: last.eventId,
          event_type: last.type,
          at: last.at,
          revision: Number(last.revision),
          position: placeText(last.position),
        },
});

export const pastOf = <P extends t.Props>(name: string, props: P) =>
  t.strict({ ...asked, ...props }, name);

export const WalletAt = pastOf('WalletAt', {
  user_id: t.string,
  /** All money of the wallet, held or not. */
  balance: MoneyText,
  held: MoneyText,
  spendable: MoneyText,
  open_holds: t.array(
    t.strict(
      {
        hold_id: t.string,
        amount: MoneyText,
        /** The amount less what was captured of it. */
        remaining: MoneyText,
        purpose: FundsPurpose,
        rental_id: nullable(t.string),
        expires_at: Instant,
      },
      'OpenHoldAt',
    ),
  ),
});

export const walletItem = (
  userId: string,
  moment: Moment,
  past: Past<PastWallet>,
): t.TypeOf<typeof WalletAt> => {
  const { balance, held, openHolds } = past.state;
  return {
    ...askedItem(moment, past),
    user_id: userId,
    balance,
    held,
    spendable: subtract(balance, held),
    open_holds: [...openHolds].map(([hold_id, hold]) => ({
      hold_id,
      amount: hold.amount,
      remaining: hold.remaining,
      purpose: hold.purpose,
      rental_id: hold.rentalId,
      expires_at: hold.expiresAt,
    })),
  };
};

export const PointsAt = pastOf('PointsAt', {
  user_id: t.string,
  /** All points of the account, held or not. */
  balance: Integer,
  held: Integer,
  spendable: Integer,
  lifetime_earned: NonNegativeInteger,
  open_holds: t.array(
    t.strict(
      {
        hold_id: t.string,
        points: NonNegativeInteger,
        rental_id: nullable(t.string),
        expires_at: Instant,
      },
      'OpenPointsHoldAt',
    ),
  ),
});

export const pointsItem = (
  userId: string,
  moment: Moment,
  past: Past<PastPoints>,
): t.TypeOf<typeof PointsAt> => {
  const { balance, held, lifetimeEarned, openHolds } = past.state;
  return {
    ...askedItem(moment, past),
    user_id: userId,
    balance,
    held,
    spendable: balance - held,
    lifetime_earned: lifetimeEarned,
    open_holds: [...openHolds].map(([hold_id, { points, rentalId, expiresAt }]) => ({
      hold_id,
      points,
      rental_id: rentalId,
      expires_at: expiresAt,
    })),
  };
};
