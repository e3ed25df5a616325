/**
 * Which groups there are: one event with all of them, written anew at each change. It is an
 * ordinary event in an ordinary stream, so what comes back from there is checked field by field.
 */
import { STATE_EVENTS_KEPT } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import type { RecordedEvent, WriteOperation } from '../log/types.js';
import { compileFilter, type FilterDescription } from '../streams/filter.js';
import { parseStart, startText } from './places.js';
import {
  ALL_SOURCE,
  type GroupDefinition,
  type GroupKey,
  type GroupSettings,
  STRATEGY_NAMES,
  settingsProblem,
  sourceText,
} from './settings.js';
import { append, jsonEvent, keepLast, lastEvents } from './state-streams.js';

const STREAM = '$persistentSubscriptionConfig';
const TYPE = '$PersistentConfig';
const VERSION = '2';

type Json = Readonly<Record<string, unknown>>;

/** To keep these groups, and no others. */
export function keepGroups(log: EventLog, groups: Iterable<GroupDefinition>): WriteOperation[] {
  const updated = new Date(log.now()).toISOString();
  const json = { version: VERSION, updated, entries: [...groups].map(entryOf) };
  return [...keepLast(log, STREAM, STATE_EVENTS_KEPT), append(STREAM, jsonEvent(TYPE, json))];
}

/**
 * The groups that were kept last. What makes no sense is left out and reported: an entry, or a
 * whole event, for which the one before it stands in.
 */
export function loadConfiguration(log: EventLog): readonly GroupDefinition[] {
  for (const event of lastEvents(log, STREAM, STATE_EVENTS_KEPT)) {
    const json = parseJson(Buffer.from(event.data).toString('utf8'));
    const entries = isObject(json) ? json.entries : undefined;
    if (event.type === TYPE && Array.isArray(entries)) {
      return entries.flatMap((entry: unknown) => {
        const definition = isObject(entry) ? definitionOf(entry) : undefined;
        if (definition === undefined) report(log, event, 'has an entry that is no group');
        return definition ?? [];
      });
    }
    report(log, event, 'is no configuration');
  }
  return [];
}

function report(log: EventLog, { revision }: RecordedEvent, what: string): void {
  log.reportFailure(new Error(`event ${revision} of ${STREAM} ${what}`));
}

function entryOf({ key, settings, filter, startAfter }: GroupDefinition): Json {
  return {
    stream: sourceText(key.source),
    group: key.groupName,
    filter,
    startPosition: startText(key.source, settings.start),
    startAfter,
    resolveLinkTos: settings.resolveLinks,
    extraStatistics: settings.extraStatistics,
    namedConsumerStrategy: settings.strategy,
    maxRetryCount: settings.maxRetryCount,
    messageTimeout: settings.messageTimeoutMs,
    checkPointAfter: settings.checkpointAfterMs,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    maxSubscriberCount: settings.maxSubscriberCount,
    liveBufferSize: settings.liveBufferSize,
    readBatchSize: settings.readBatchSize,
    historyBufferSize: settings.historyBufferSize,
  };
}

function definitionOf(entry: Json): GroupDefinition | undefined {
  const { stream, group, startAfter } = entry;
  if (typeof stream !== 'string' || typeof group !== 'string') return undefined;
  const source: GroupKey['source'] =
    stream === ALL_SOURCE ? { kind: 'all' } : { kind: 'stream', streamName: stream };
  const settings = settingsOf(source, entry);
  if (settings === undefined || settingsProblem(settings) !== undefined) return undefined;
  const filter = entry.filter === undefined ? undefined : filterOf(entry.filter);
  if (filter === 'invalid' || typeof startAfter !== 'number') return undefined;
  return { key: { source, groupName: group }, settings, filter, startAfter };
}

function settingsOf(source: GroupKey['source'], entry: Json): GroupSettings | undefined {
  const start = parseStart(source, String(entry.startPosition));
  const strategy = STRATEGY_NAMES.find((name) => name === entry.namedConsumerStrategy);
  if (start === undefined || strategy === undefined) return undefined;
  const settings = {
    start,
    strategy,
    resolveLinks: entry.resolveLinkTos === true,
    extraStatistics: entry.extraStatistics === true,
    maxRetryCount: Number(entry.maxRetryCount),
    messageTimeoutMs: Number(entry.messageTimeout),
    checkpointAfterMs: Number(entry.checkPointAfter),
    minCheckpointCount: Number(entry.minCheckPointCount),
    maxCheckpointCount: Number(entry.maxCheckPointCount),
    maxSubscriberCount: Number(entry.maxSubscriberCount),
    liveBufferSize: Number(entry.liveBufferSize),
    readBatchSize: Number(entry.readBatchSize),
    historyBufferSize: Number(entry.historyBufferSize),
  };
  return Object.values(settings).some(Number.isNaN) ? undefined : settings;
}

function filterOf(json: unknown): FilterDescription | 'invalid' {
  if (!isObject(json)) return 'invalid';
  const { on, regex, prefixes } = json;
  if ((on !== 'stream' && on !== 'type') || typeof regex !== 'string') return 'invalid';
  if (!Array.isArray(prefixes) || !prefixes.every((each) => typeof each === 'string')) {
    return 'invalid';
  }
  const filter: FilterDescription = { on, regex, prefixes };
  return typeof compileFilter(filter) === 'string' ? 'invalid' : filter;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
