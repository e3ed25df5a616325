/** What a persistent subscription group is: where its events come from and where they go. */
import type { FilterDescription } from '../streams/filter.js';

/** How the events of a group are spread over its consumers; the names are part of the protocol. */
export const STRATEGY_NAMES = [
  'DispatchToSingle',
  'RoundRobin',
  'Pinned',
  'PinnedByCorrelation',
] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** What a group reads: one stream, which need not exist, or everything. */
export type SourceName =
  | { readonly kind: 'stream'; readonly streamName: string }
  | { readonly kind: 'all' };

/** A group is known by its source and its name; the name is free text. */
export interface GroupKey {
  readonly source: SourceName;
  readonly groupName: string;
}

/** The first event of a group: a revision or position (included), or whatever comes next. */
export type GroupStart = number | 'end';

export interface GroupSettings {
  readonly start: GroupStart;
  readonly resolveLinks: boolean;
  /** Whether the time that consumers take is measured. */
  readonly extraStatistics: boolean;
  readonly strategy: StrategyName;
  /** After this many retries an event is parked. */
  readonly maxRetryCount: number;
  /** An event that is not confirmed in time is retried; 0: there is no limit. */
  readonly messageTimeoutMs: number;
  /** At least so long between two checkpoints, unless `maxCheckpointCount` is reached. */
  readonly checkpointAfterMs: number;
  /** Confirmed events that make a checkpoint worth while. */
  readonly minCheckpointCount: number;
  /** Confirmed events that make a checkpoint due at once. */
  readonly maxCheckpointCount: number;
  /** Consumers at one time; 0: there is no limit. */
  readonly maxSubscriberCount: number;
  /** Events kept waiting for a consumer while the group is up to date. */
  readonly liveBufferSize: number;
  /** Events read from storage in one go. */
  readonly readBatchSize: number;
  /** Events kept waiting for a consumer while the group catches up. */
  readonly historyBufferSize: number;
}

/** A group as it is kept. */
export interface GroupDefinition {
  readonly key: GroupKey;
  /** Of a group on `$all`; chosen when it is created, for good. */
  readonly filter: FilterDescription | undefined;
  readonly settings: GroupSettings;
  /**
   * The last revision or position that is not the group's, as it was when the start was chosen.
   * "The end" would be another place after every restart.
   */
  readonly startAfter: number;
}

/** How `$all` is called where a stream name is expected. */
export const ALL_SOURCE = '$all';

/** The source as text. */
export function sourceText(source: SourceName): string {
  return source.kind === 'all' ? ALL_SOURCE : source.streamName;
}

/** Part of the names of the streams in which the group keeps its state. */
export function groupId({ source, groupName }: GroupKey): string {
  return `${sourceText(source)}::${groupName}`;
}

/** Why a group with these settings cannot work, if so. */
export function settingsProblem(settings: GroupSettings): string | undefined {
  const { readBatchSize, historyBufferSize } = settings;
  if (readBatchSize < 1) return 'The read batch size must be positive.';
  if (historyBufferSize <= readBatchSize) {
    return 'The history buffer size must be larger than the read batch size.';
  }
  const counts: readonly (keyof GroupSettings)[] = [
    'maxRetryCount',
    'messageTimeoutMs',
    'checkpointAfterMs',
    'minCheckpointCount',
    'maxCheckpointCount',
    'maxSubscriberCount',
    'liveBufferSize',
  ];
  const negative = counts.find((name) => Number(settings[name]) < 0);
  return negative && `The setting ${negative} must not be negative.`;
}
