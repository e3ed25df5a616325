import type { Asset } from '../../../domain/ledger/index.js';
import { paisa, toRupees } from '../../../domain/shared/money.js';

/** An amount without its unit: rupees with two places, points as they are. */
export const numberOf = (asset: Asset, amount: number): string =>
  asset === 'NPR' ? toRupees(paisa(amount)) : String(amount);
