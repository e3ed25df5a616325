/** Reads the requests about persistent subscription groups. */
import {
  ALL_SOURCE,
  type GroupKey,
  type GroupSettings,
  type GroupStart,
  type SourceName,
  STRATEGY_NAMES,
  type StrategyName,
} from '../persistent/settings.js';
import { compileFilter, describeFilter, type FilterDescription } from '../streams/filter.js';
import type { PersistentPb, SharedPb } from './messages.js';
import { readStreamName } from './stream-name.js';

/** The strategies that have a number, in the order of their numbers. */
const NUMBERED_STRATEGIES = STRATEGY_NAMES.filter((name) => name !== 'PinnedByCorrelation');
const TICKS_PER_MS = 10_000;
const BITS = 64;

type CreateOptions = PersistentPb.CreateReq.Options;
type UpdateOptions = PersistentPb.UpdateReq.Options;
type SettingsMessage = PersistentPb.CreateReq.Settings | PersistentPb.UpdateReq.Settings;

/** A group to be created or changed; or what makes no sense, or cannot be. */
export type GroupRequest =
  | {
      readonly kind: 'group';
      readonly key: GroupKey;
      readonly settings: GroupSettings;
      readonly filter: FilterDescription | undefined;
    }
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'failed'; readonly key: GroupKey; readonly reason: string };

interface TargetMessage {
  getStreamIdentifier(): SharedPb.StreamIdentifier | undefined;
  hasAll(): boolean;
  getGroupName(): string;
}

/** The source in a request; nothing if it names none. */
export function readSource(
  identifier: SharedPb.StreamIdentifier | undefined,
  all: boolean,
): SourceName | undefined {
  if (all) return { kind: 'all' };
  const streamName = readStreamName(identifier);
  if (streamName === undefined) return undefined;
  return streamName === ALL_SOURCE ? { kind: 'all' } : { kind: 'stream', streamName };
}

/** The group in a request; nothing if it names none. */
export function readGroupKey(options: TargetMessage | undefined): GroupKey | undefined {
  const source = options && readSource(options.getStreamIdentifier(), options.hasAll());
  const groupName = options?.getGroupName() ?? '';
  return source === undefined || groupName === '' ? undefined : { source, groupName };
}

/** Reads a request to create a group. */
export function readCreate(options: CreateOptions | undefined): GroupRequest {
  const filterMessage = options?.getAll()?.getFilter();
  const filter = filterMessage && describeFilter(filterMessage);
  if (typeof filter === 'string') return invalid(filter);
  const matches = filter && compileFilter(filter);
  if (typeof matches === 'string') return invalid(matches);
  return readGroup(options, {
    filter,
    strategyName: options?.getSettings()?.getConsumerStrategy() ?? '',
  });
}

/** Reads a request to change a group. */
export function readUpdate(options: UpdateOptions | undefined): GroupRequest {
  return readGroup(options, { filter: undefined, strategyName: '' });
}

function readGroup(
  options: CreateOptions | UpdateOptions | undefined,
  more: { readonly filter: FilterDescription | undefined; readonly strategyName: string },
): GroupRequest {
  const message = options?.getSettings();
  if (options === undefined || message === undefined) return invalid('The settings are missing.');
  // The newer way of naming the stream goes together with a start of its own.
  const identifier = options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier();
  const source = readSource(identifier, options.hasAll());
  const groupName = options.getGroupName();
  if (source === undefined || groupName === '') {
    return invalid('The name of the stream or of the group is missing.');
  }
  const key: GroupKey = { source, groupName };
  const start = readStart(options, message, source);
  if (start === undefined) return invalid('The start is missing.');
  if (typeof start === 'object') return { kind: 'failed', key, reason: start.reason };
  const strategy = readStrategy(message, more.strategyName);
  if (strategy === undefined) {
    return { kind: 'failed', key, reason: 'There is no consumer strategy of this name.' };
  }
  const settings = readSettings(message, start, strategy);
  return { kind: 'group', key, settings, filter: more.filter };
}

function readSettings(
  message: SettingsMessage,
  start: GroupStart,
  strategy: StrategyName,
): GroupSettings {
  return {
    start,
    strategy,
    resolveLinks: message.getResolveLinks(),
    extraStatistics: message.getExtraStatistics(),
    maxRetryCount: message.getMaxRetryCount(),
    messageTimeoutMs: message.hasMessageTimeoutTicks()
      ? Math.floor(Number(message.getMessageTimeoutTicks()) / TICKS_PER_MS)
      : message.getMessageTimeoutMs(),
    checkpointAfterMs: message.hasCheckpointAfterTicks()
      ? Math.floor(Number(message.getCheckpointAfterTicks()) / TICKS_PER_MS)
      : message.getCheckpointAfterMs(),
    minCheckpointCount: message.getMinCheckpointCount(),
    maxCheckpointCount: message.getMaxCheckpointCount(),
    maxSubscriberCount: message.getMaxSubscriberCount(),
    liveBufferSize: message.getLiveBufferSize(),
    readBatchSize: message.getReadBatchSize(),
    historyBufferSize: message.getHistoryBufferSize(),
  };
}

/** By name if there is one, else by number. */
function readStrategy(message: SettingsMessage, name: string): StrategyName | undefined {
  if (name !== '') return STRATEGY_NAMES.find((each) => each === name);
  return NUMBERED_STRATEGIES[Number(message.getNamedConsumerStrategy())];
}

type StartResult = GroupStart | { readonly reason: string } | undefined;

function readStart(
  options: CreateOptions | UpdateOptions,
  settings: SettingsMessage,
  source: SourceName,
): StartResult {
  const stream = options.getStream();
  const from = source.kind === 'all' ? options.getAll() : stream;
  if (from?.hasEnd()) return 'end';
  if (from?.hasStart()) return 0;
  if (source.kind === 'stream') {
    if (stream === undefined) return revisionStart(settings.getRevision());
    return stream.hasRevision() ? revisionStart(stream.getRevision()) : undefined;
  }
  const position = options.getAll()?.getPosition();
  if (position === undefined) return undefined;
  return positionStart(position.getCommitPosition(), position.getPreparePosition());
}

function revisionStart(text: string): StartResult {
  const revision = signed(text);
  if (revision === -1n) return 'end';
  return revision < 0n ? { reason: 'The revision must not be negative.' } : clamped(revision);
}

function positionStart(commitText: string, prepareText: string): StartResult {
  const commit = signed(commitText);
  const prepare = signed(prepareText);
  if (commit === -1n && prepare === -1n) return 'end';
  if (commit < 0n || prepare < 0n) return { reason: 'The position must not be negative.' };
  if (prepare > commit) return { reason: 'The prepare position must not exceed the commit one.' };
  return clamped(commit);
}

/** Unsigned on the wire, but -1 has a meaning. */
function signed(text: string): bigint {
  return BigInt.asIntN(BITS, BigInt(text));
}

function clamped(value: bigint): number {
  return Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : value);
}

function invalid(message: string): GroupRequest {
  return { kind: 'invalid', message };
}
