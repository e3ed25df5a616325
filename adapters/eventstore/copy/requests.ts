/** Requests to read, as the wire has them: all counted, none follows links. */
import type { LogPosition } from './event.js';
import { Empty, ReadReq, StreamIdentifier, type StreamsPb } from './messages.js';

/** Events that a server looks at before it goes on, when most of them do not match. */
const searchWindowEvents = 1_000;
const everything = Number.MAX_SAFE_INTEGER;

export interface AllRequest {
  /** Included when reading forwards, excluded backwards. Absent: where reading starts from. */
  readonly from?: LogPosition;
  readonly backwards?: boolean;
  readonly count?: number;
  /** Regular expression on the name of the stream. */
  readonly streams?: string;
  /** Beginnings of the types that are wanted. */
  readonly types?: readonly string[];
}

export const allRequest = ({ from, backwards = false, ...rest }: AllRequest): StreamsPb.ReadReq => {
  const { count = everything, streams, types } = rest;
  const place = new ReadReq.Options.AllOptions();
  if (from !== undefined) {
    const position = new ReadReq.Options.Position();
    position.setCommitPosition(String(from.commit));
    position.setPreparePosition(String(from.prepare));
    place.setPosition(position);
  } else if (backwards) place.setEnd(new Empty());
  else place.setStart(new Empty());
  const options = counted(count, backwards);
  options.setAll(place);
  const filter = filterOf(streams, types);
  if (filter === null) options.setNoFilter(new Empty());
  else options.setFilter(filter);
  return requestOf(options);
};

export interface StreamRequest {
  readonly stream: string;
  /** Included. Absent: where reading starts from. */
  readonly from?: bigint;
  readonly backwards?: boolean;
}

/** Asks for one event. */
export const streamRequest = ({
  stream,
  from,
  backwards = false,
}: StreamRequest): StreamsPb.ReadReq => {
  const place = new ReadReq.Options.StreamOptions();
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8'));
  place.setStreamIdentifier(identifier);
  if (from !== undefined) place.setRevision(String(from));
  else if (backwards) place.setEnd(new Empty());
  else place.setStart(new Empty());
  const options = counted(1, backwards);
  options.setStream(place);
  options.setNoFilter(new Empty());
  return requestOf(options);
};

const counted = (count: number, backwards: boolean): StreamsPb.ReadReq.Options => {
  const { FORWARDS, BACKWARDS } = ReadReq.Options.ReadDirection;
  const uuids = new ReadReq.Options.UUIDOption();
  uuids.setString(new Empty());
  const options = new ReadReq.Options();
  options.setReadDirection(backwards ? BACKWARDS : FORWARDS);
  options.setResolveLinks(false);
  options.setCount(String(count));
  options.setUuidOption(uuids);
  return options;
};

const filterOf = (
  streams: string | undefined,
  types: readonly string[] | undefined,
): StreamsPb.ReadReq.Options.FilterOptions | null => {
  if (streams === undefined && types === undefined) return null;
  const expression = new ReadReq.Options.FilterOptions.Expression();
  const filter = new ReadReq.Options.FilterOptions();
  if (streams !== undefined) {
    expression.setRegex(streams);
    filter.setStreamIdentifier(expression);
  } else {
    expression.setPrefixList([...(types ?? [])]);
    filter.setEventType(expression);
  }
  filter.setMax(searchWindowEvents);
  filter.setCheckpointintervalmultiplier(1);
  return filter;
};

const requestOf = (options: StreamsPb.ReadReq.Options): StreamsPb.ReadReq => {
  const request = new ReadReq();
  request.setOptions(options);
  return request;
};
