import {
  type Asset,
  chart,
  type FamilyName,
  familyNames,
  type Posting,
  partsOf,
} from '../domain/ledger/index.js';

/** What all accounts of a family come to; paisa or points, debits positive. */
export interface FamilyBalance {
  readonly family: FamilyName;
  readonly title: string;
  readonly asset: Asset;
  readonly debits: number;
  readonly credits: number;
  /** Debits less credits. */
  readonly balance: number;
}

interface Volume {
  debits: number;
  credits: number;
}

/** Sums by family of accounts; as large as the chart, however long the log is. */
export class TrialBalance {
  readonly #volumes = new Map<FamilyName, Volume>();

  add(postings: readonly Posting[]): void {
    for (const { account, amount } of postings) {
      const { family } = partsOf(account);
      const volume = this.#volumes.get(family) ?? { debits: 0, credits: 0 };
      if (amount > 0) volume.debits += amount;
      else volume.credits -= amount;
      this.#volumes.set(family, volume);
    }
  }

  /** In the order of the chart; without families that nothing was ever posted to. */
  lines(): readonly FamilyBalance[] {
    return familyNames.flatMap((family) => {
      const volume = this.#volumes.get(family);
      if (volume === undefined) return [];
      const { title, asset } = chart[family];
      return [{ family, title, asset, ...volume, balance: volume.debits - volume.credits }];
    });
  }

  /** Sum of all balances of an asset: 0 in books that balance. */
  imbalanceOf(asset: Asset): number {
    return this.lines()
      .filter((line) => line.asset === asset)
      .reduce((sum, { balance }) => sum + balance, 0);
  }
}
