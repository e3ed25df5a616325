import * as E from 'fp-ts/lib/Either.js';
import type { LateFeeConfigId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import { answerRepeat, differingFields, type IdReused } from '../shared/repeat.js';
import type { LateFeeConfig, LateFeeEvent } from './events.js';
import { activeEntries, type CatalogueEntry, type LateFeeCatalogue } from './state.js';

export type LateFeeCommand =
  /** A new configuration is inactive: activating it is a step of its own. */
  | {
      readonly type: 'CreateLateFeeConfig';
      readonly configId: LateFeeConfigId;
      readonly config: LateFeeConfig;
      readonly at: Instant;
    }
  | {
      readonly type: 'ChangeLateFeeConfig';
      readonly configId: LateFeeConfigId;
      readonly config: LateFeeConfig;
      readonly at: Instant;
    }
  | {
      readonly type: 'ActivateLateFeeConfig';
      readonly configId: LateFeeConfigId;
      /** Deactivates those that apply to the same package types, in the same step. */
      readonly deactivateOthers: boolean;
      readonly at: Instant;
    }
  | {
      readonly type: 'DeactivateLateFeeConfig';
      readonly configId: LateFeeConfigId;
      readonly at: Instant;
    }
  | {
      readonly type: 'DeleteLateFeeConfig';
      readonly configId: LateFeeConfigId;
      readonly at: Instant;
    };

export type LateFeeRefusal =
  | { readonly kind: 'LateFeeConfigUnknown'; readonly configId: LateFeeConfigId }
  | { readonly kind: 'LateFeeConfigActive'; readonly configId: LateFeeConfigId }
  /** Active ones that apply to a package type of this one (rules 2.11). */
  | { readonly kind: 'LateFeeConfigOverlaps'; readonly others: readonly LateFeeConfigId[] }
  | { readonly kind: 'AmountNegative'; readonly fields: readonly string[] }
  | IdReused;

type Decision = E.Either<LateFeeRefusal, readonly LateFeeEvent[]>;
type Wish<Type extends LateFeeCommand['type']> = Extract<LateFeeCommand, { type: Type }>;

const negativeFields = ({ flatRatePerHour, capPerDay }: LateFeeConfig): readonly string[] => [
  ...(flatRatePerHour.minor < 0 ? ['flatRatePerHour'] : []),
  ...(capPerDay !== null && capPerDay.minor < 0 ? ['capPerDay'] : []),
];

/** Two lists of package types have one in common; an empty list is all of them. */
const doOverlap = (left: LateFeeConfig, right: LateFeeConfig): boolean =>
  left.packageTypes.length === 0 ||
  right.packageTypes.length === 0 ||
  left.packageTypes.some((type) => right.packageTypes.includes(type));

const othersOverlapping = (
  catalogue: LateFeeCatalogue,
  configId: LateFeeConfigId,
  config: LateFeeConfig,
): readonly LateFeeConfigId[] =>
  activeEntries(catalogue)
    .filter((other) => other.configId !== configId && doOverlap(other.config, config))
    .map((other) => other.configId);

const createConfig = (wish: Wish<'CreateLateFeeConfig'>, catalogue: LateFeeCatalogue): Decision => {
  const { configId, config, at } = wish;
  const known = catalogue.entries.get(configId);
  if (known !== undefined) return answerRepeat(configId, known.createdAs, config);
  const fields = negativeFields(config);
  if (fields.length > 0) return E.left({ kind: 'AmountNegative', fields });
  return E.right([{ type: 'LateFeeConfigCreated', data: { configId, config, at } }]);
};

/** A change of an active one must not make two apply to one package type. */
const changeConfig = (
  { configId, config, at }: Wish<'ChangeLateFeeConfig'>,
  entry: CatalogueEntry,
  catalogue: LateFeeCatalogue,
): Decision => {
  if (differingFields(entry.config, config).length === 0) return E.right([]);
  const fields = negativeFields(config);
  if (fields.length > 0) return E.left({ kind: 'AmountNegative', fields });
  const others = entry.status === 'ACTIVE' ? othersOverlapping(catalogue, configId, config) : [];
  if (others.length > 0) return E.left({ kind: 'LateFeeConfigOverlaps', others });
  return E.right([{ type: 'LateFeeConfigChanged', data: { configId, config, at } }]);
};

const activateConfig = (
  { configId, deactivateOthers, at }: Wish<'ActivateLateFeeConfig'>,
  entry: CatalogueEntry,
  catalogue: LateFeeCatalogue,
): Decision => {
  if (entry.status === 'ACTIVE') return E.right([]);
  const others = othersOverlapping(catalogue, configId, entry.config);
  if (others.length > 0 && !deactivateOthers) {
    return E.left({ kind: 'LateFeeConfigOverlaps', others });
  }
  const deactivated = others.map(
    (other): LateFeeEvent => ({
      type: 'LateFeeConfigDeactivated',
      data: { configId: other, at },
    }),
  );
  return E.right([...deactivated, { type: 'LateFeeConfigActivated', data: { configId, at } }]);
};

const deleteConfig = (
  { configId, at }: Wish<'DeleteLateFeeConfig'>,
  catalogue: LateFeeCatalogue,
): Decision => {
  switch (catalogue.entries.get(configId)?.status) {
    case undefined:
      return E.left({ kind: 'LateFeeConfigUnknown', configId });
    case 'DELETED':
      return E.right([]);
    case 'ACTIVE':
      return E.left({ kind: 'LateFeeConfigActive', configId });
    case 'INACTIVE':
      return E.right([{ type: 'LateFeeConfigDeleted', data: { configId, at } }]);
  }
};

export const decideLateFee = (command: LateFeeCommand, catalogue: LateFeeCatalogue): Decision => {
  if (command.type === 'CreateLateFeeConfig') return createConfig(command, catalogue);
  if (command.type === 'DeleteLateFeeConfig') return deleteConfig(command, catalogue);
  const { configId, at } = command;
  const entry = catalogue.entries.get(configId);
  if (entry === undefined || entry.status === 'DELETED') {
    return E.left({ kind: 'LateFeeConfigUnknown', configId });
  }
  switch (command.type) {
    case 'ChangeLateFeeConfig':
      return changeConfig(command, entry, catalogue);
    case 'ActivateLateFeeConfig':
      return activateConfig(command, entry, catalogue);
    case 'DeactivateLateFeeConfig':
      return E.right(
        entry.status === 'ACTIVE'
          ? [{ type: 'LateFeeConfigDeactivated', data: { configId, at } }]
          : [],
      );
  }
};
