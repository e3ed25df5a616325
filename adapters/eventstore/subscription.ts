/** A subscription to `$all` on the client's connection, whose answers are read here. */

import { END, type EventStoreDBClient, START } from '@eventstore/db-client';
import { convertToCommandError } from '@eventstore/db-client/dist/utils/index.js';
import type { CallOptions, ClientReadableStream, Metadata } from '@grpc/grpc-js';
import type { LogFilter, Position } from '../../ports/event-store.js';
import type { Access } from './access.js';
import { Empty, ReadReq, StreamsClient, type StreamsPb } from './copy/messages.js';
import type { Names } from './names.js';
import { type Answer, answerOf } from './wire.js';

/** Events that the server looks at before it tells how far it came. */
const checkpointWindowEvents = 500;

/** Where it begins; a position is that of the last event that is not wanted any more. */
export type Place = typeof START | typeof END | Position;

const methodPath = '/event_store.client.streams.Streams/Read';

const placeOf = (from: Place): StreamsPb.ReadReq.Options.AllOptions => {
  const place = new ReadReq.Options.AllOptions();
  if (from === START) place.setStart(new Empty());
  else if (from === END) place.setEnd(new Empty());
  else {
    const position = new ReadReq.Options.Position();
    position.setCommitPosition(String(from));
    position.setPreparePosition(String(from));
    place.setPosition(position);
  }
  return place;
};

/** The server sends what `matches` in `filter.ts` would let through. */
const filterOf = (
  names: Names,
  { categories }: LogFilter,
): StreamsPb.ReadReq.Options.FilterOptions => {
  const expression = new ReadReq.Options.FilterOptions.Expression();
  if (categories === undefined) expression.setRegex(names.storedPattern);
  else expression.setPrefixList(categories.map((name) => names.stored(`${name}-`)));
  const filter = new ReadReq.Options.FilterOptions();
  filter.setStreamIdentifier(expression);
  filter.setMax(checkpointWindowEvents);
  filter.setCheckpointintervalmultiplier(1);
  return filter;
};

const requestOf = (names: Names, from: Place, filter: LogFilter): StreamsPb.ReadReq => {
  const uuids = new ReadReq.Options.UUIDOption();
  uuids.setString(new Empty());
  const options = new ReadReq.Options();
  options.setAll(placeOf(from));
  options.setSubscription(new ReadReq.Options.SubscriptionOptions());
  options.setResolveLinks(false);
  options.setFilter(filterOf(names, filter));
  options.setUuidOption(uuids);
  const request = new ReadReq();
  request.setOptions(options);
  return request;
};

/** What a call is made with. */
type Arguments = [Metadata, CallOptions];

const argumentsOf = (client: EventStoreDBClient): Arguments =>
  // The client offers no raw calls, but all that they need, to those who extend it.
  // biome-ignore lint/complexity/useLiteralKeys: protected members are reached so only
  client['callArguments']({}, { deadline: Infinity });

/** Finding the node of a cluster, TLS and credentials stay the client's. */
export const openSubscription = (
  { client, names }: Pick<Access, 'client' | 'names'>,
  from: Place,
  filter: LogFilter,
): Promise<ClientReadableStream<Answer>> => {
  const request = requestOf(names, from, filter);
  // biome-ignore lint/complexity/useLiteralKeys: as above
  const open = client['GRPCStreamCreator'](StreamsClient, 'subscribeToAll', (calls) =>
    calls.makeServerStreamRequest(
      methodPath,
      (asked: StreamsPb.ReadReq) => Buffer.from(asked.serializeBinary()),
      (bytes) => answerOf(bytes, names),
      request,
      ...argumentsOf(client),
    ),
  );
  return open();
};

/** What a call failed with, by the client's own names. */
export const failureOf = (error: Error): Error => convertToCommandError(error);
