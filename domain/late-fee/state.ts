import {
  appliesTo,
  type LateFeeCandidate,
  type LateFeeSelection,
  type LateFeeTerms,
  type PackageType,
  selectLateFeeTerms,
} from '../pricing/index.js';
import type { LateFeeConfigId } from '../shared/ids.js';
import type { LateFeeConfig, LateFeeEvent } from './events.js';

export interface CatalogueEntry {
  readonly configId: LateFeeConfigId;
  readonly config: LateFeeConfig;
  /** As it was created; a repeated creation is compared with it. */
  readonly createdAs: LateFeeConfig;
  /**
   * INACTIVE ⇄ ACTIVE; INACTIVE → DELETED. A deleted one stays known, because rentals cite its id
   * (P-030), so that the id never names anything else.
   */
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETED';
}

export interface LateFeeCatalogue {
  readonly entries: ReadonlyMap<LateFeeConfigId, CatalogueEntry>;
}

export const emptyCatalogue: LateFeeCatalogue = { entries: new Map() };

const withChange = (
  { entries }: LateFeeCatalogue,
  configId: LateFeeConfigId,
  change: Partial<CatalogueEntry>,
): LateFeeCatalogue => {
  const entry = entries.get(configId);
  if (entry === undefined) return { entries };
  return { entries: new Map(entries).set(configId, { ...entry, ...change }) };
};

export const evolveLateFee = (
  catalogue: LateFeeCatalogue,
  event: LateFeeEvent,
): LateFeeCatalogue => {
  const { configId } = event.data;
  switch (event.type) {
    case 'LateFeeConfigCreated': {
      const { config } = event.data;
      const entry: CatalogueEntry = { configId, config, createdAs: config, status: 'INACTIVE' };
      return { entries: new Map(catalogue.entries).set(configId, entry) };
    }
    case 'LateFeeConfigChanged':
      return withChange(catalogue, configId, { config: event.data.config });
    case 'LateFeeConfigActivated':
      return withChange(catalogue, configId, { status: 'ACTIVE' });
    case 'LateFeeConfigDeactivated':
      return withChange(catalogue, configId, { status: 'INACTIVE' });
    case 'LateFeeConfigDeleted':
      return withChange(catalogue, configId, { status: 'DELETED' });
    default:
      return catalogue;
  }
};

export const activeEntries = (catalogue: LateFeeCatalogue): readonly CatalogueEntry[] =>
  [...catalogue.entries.values()].filter(({ status }) => status === 'ACTIVE');

/** The one configuration that is active for a package's type, or `null` (P-085). */
export const activeConfigFor = (
  catalogue: LateFeeCatalogue,
  packageType: PackageType,
): CatalogueEntry | null =>
  activeEntries(catalogue).find(({ config }) => appliesTo(config.packageTypes, packageType)) ??
  null;

/** The terms that a rental of this type gets now, fallback included (LATE-4). */
export const lateFeeTermsNow = (
  catalogue: LateFeeCatalogue,
  selection: LateFeeSelection,
): LateFeeTerms => {
  const candidates: readonly LateFeeCandidate[] = activeEntries(catalogue).map(
    ({ configId, config }) => ({ configId, ...config }),
  );
  return selectLateFeeTerms(candidates, selection);
};
