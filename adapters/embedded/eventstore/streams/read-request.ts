/**
 * One method serves every kind of read, told apart by four choices. This module turns a request
 * into a plain description, or says why it makes no sense.
 */
import type { Caller } from '../access/callers.js';
import type { StreamsPb } from '../wire/messages.js';
import { ReadReq } from '../wire/messages.js';
import { parseUnsigned } from '../wire/numbers.js';
import { readStreamName } from '../wire/stream-name.js';
import type { UuidForm } from '../wire/uuid.js';
import { type EventFilter, parseFilter } from './filter.js';

/** Where to begin: a revision or position, or one of the ends. */
export type StartingPoint = number | 'start' | 'end';

/** What every kind of read has in common. */
export interface ReadSettings {
  /** Who asks. */
  readonly caller: Caller;
  readonly resolveLinks: boolean;
  readonly uuidForm: UuidForm;
  /** Level of optional messages the client understands. */
  readonly compatibility: number;
}

interface Counted {
  readonly backwards: boolean;
  readonly countMax: number;
  readonly from: StartingPoint;
}

export type ReadRequest = ReadSettings &
  (
    | ({ readonly kind: 'stream'; readonly streamName: string } & Counted)
    | ({ readonly kind: 'all'; readonly filter: EventFilter | undefined } & Counted)
    | {
        readonly kind: 'stream-subscription';
        readonly streamName: string;
        readonly from: StartingPoint;
      }
    | {
        readonly kind: 'all-subscription';
        readonly filter: EventFilter | undefined;
        readonly from: StartingPoint;
      }
  );

type Options = StreamsPb.ReadReq.Options;
type Invalid = { readonly kind: 'invalid'; readonly message: string };

/** Reads a request of a caller. */
export function parseReadRequest(
  request: StreamsPb.ReadReq,
  caller: Caller,
): ReadRequest | Invalid {
  const options = request.getOptions();
  if (options === undefined) return invalid('The request has no options.');
  const uuid = options.getUuidOption();
  if (uuid === undefined) return invalid('The request does not say how to write UUIDs.');
  if (!options.hasFilter() && !options.hasNoFilter()) return invalid('No filter option is set.');
  const settings: ReadSettings = {
    caller,
    resolveLinks: options.getResolveLinks(),
    uuidForm: uuid.hasString() ? 'string' : 'structured',
    compatibility: options.getControlOption()?.getCompatibility() ?? 0,
  };
  const backwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  if (options.hasStream()) return parseStreamRead(options, settings, backwards);
  if (options.hasAll()) return parseAllRead(options, settings, backwards);
  return invalid('The request names neither a stream nor $all.');
}

function parseStreamRead(
  options: Options,
  settings: ReadSettings,
  backwards: boolean,
): ReadRequest | Invalid {
  if (options.hasFilter()) return invalid('A stream cannot be filtered.');
  const stream = options.getStream();
  const streamName = readStreamName(stream?.getStreamIdentifier());
  if (streamName === undefined) return invalid('The stream name is missing or reserved.');
  const from = streamStart(stream);
  if (from === undefined) return invalid('The starting revision is missing or no number.');
  if (options.hasSubscription()) {
    if (backwards) return invalid('A subscription cannot run backwards.');
    return { ...settings, kind: 'stream-subscription', streamName, from };
  }
  const countMax = countOf(options);
  if (countMax === undefined) return invalid('The request has neither a count nor a subscription.');
  return { ...settings, kind: 'stream', streamName, from, backwards, countMax };
}

function parseAllRead(
  options: Options,
  settings: ReadSettings,
  backwards: boolean,
): ReadRequest | Invalid {
  const filterOptions = options.getFilter();
  const filter = filterOptions && parseFilter(filterOptions);
  if (typeof filter === 'string') return invalid(filter);
  const from = allStart(options.getAll());
  if (from === undefined) return invalid('The starting position is missing or invalid.');
  if (options.hasSubscription()) {
    if (backwards) return invalid('A subscription cannot run backwards.');
    return { ...settings, kind: 'all-subscription', filter, from };
  }
  const countMax = countOf(options);
  if (countMax === undefined) return invalid('The request has neither a count nor a subscription.');
  return { ...settings, kind: 'all', filter, from, backwards, countMax };
}

function streamStart(
  stream: StreamsPb.ReadReq.Options.StreamOptions | undefined,
): StartingPoint | undefined {
  if (stream?.hasRevision()) return parseUnsigned(stream.getRevision());
  if (stream?.hasStart()) return 'start';
  return stream?.hasEnd() ? 'end' : undefined;
}

function allStart(
  all: StreamsPb.ReadReq.Options.AllOptions | undefined,
): StartingPoint | undefined {
  const position = all?.getPosition();
  if (position !== undefined) {
    const commit = parseUnsigned(position.getCommitPosition());
    const prepare = parseUnsigned(position.getPreparePosition());
    const valid = commit !== undefined && prepare !== undefined && commit >= prepare;
    return valid ? commit : undefined;
  }
  if (all?.hasStart()) return 'start';
  return all?.hasEnd() ? 'end' : undefined;
}

function countOf(options: Options): number | undefined {
  return options.hasCount() ? parseUnsigned(options.getCount()) : undefined;
}

function invalid(message: string): Invalid {
  return { kind: 'invalid', message };
}
