import { type AccountCode, accountOf, soleAccount } from './account.js';
import { creditPoints, debitPoints, type Posting } from './posting.js';
import type { OfUser, PostingRules } from './rules.js';

const free = ({ user }: OfUser): AccountCode => accountOf('points', user);
const held = ({ user }: OfUser): AccountCode => accountOf('held-points', user);

const transfer = (from: AccountCode, to: AccountCode, points: number): readonly Posting[] => [
  debitPoints(from, points),
  creditPoints(to, points),
];

/** Points are a debt to their user like money is, in an asset of their own. */
export const pointsRules: PostingRules<'points', OfUser> = {
  PointsAwarded: (of, { points, source }) =>
    transfer(accountOf('points-awarded', source), free(of), points),
  PointsHeld: (of, { points }) => transfer(free(of), held(of), points),
  PointsRedeemed: (of, { points }) => transfer(held(of), soleAccount('points-spent'), points),
  PointsReleased: (of, { points }) => transfer(held(of), free(of), points),
  /** A refund takes the spending back. */
  PointsGivenBack: (of, { points }) => transfer(soleAccount('points-spent'), free(of), points),
  /** Signed, as corrections of money are. */
  PointsAdjusted: (of, { points }) => transfer(soleAccount('points-adjustment'), free(of), points),
};
