/**
 * ServerFeatures: what this node can do. Clients ask once per connection and choose their ways by
 * the answer, so only what is really there may be listed.
 */
import type { handleUnaryCall } from '@grpc/grpc-js';
import {
  type FeaturesPb,
  type SharedPb,
  SupportedMethod,
  SupportedMethods,
} from './wire/messages.js';

/** The release whose behaviour the node shows. */
export const SERVER_VERSION = '24.10.4';

const STREAMS = 'event_store.client.streams.streams';
const GROUPS = 'event_store.client.persistent_subscriptions.persistentsubscriptions';
/** What a group may read. */
const SOURCES = ['stream', 'all'];

/** Method names and features, all lower case, as the client looks them up. */
const METHODS: readonly (readonly [
  service: string,
  method: string,
  features: readonly string[],
])[] = [
  [STREAMS, 'append', []],
  [STREAMS, 'batchappend', []],
  [STREAMS, 'read', ['position', 'events']],
  [STREAMS, 'delete', []],
  [STREAMS, 'tombstone', []],
  [GROUPS, 'create', SOURCES],
  [GROUPS, 'update', SOURCES],
  [GROUPS, 'delete', SOURCES],
  [GROUPS, 'read', SOURCES],
  [GROUPS, 'getinfo', SOURCES],
  [GROUPS, 'list', SOURCES],
  [GROUPS, 'replayparked', SOURCES],
  [GROUPS, 'restartsubsystem', SOURCES],
  ['event_store.client.gossip.gossip', 'read', []],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods', []],
];

/** Makes the handler of GetSupportedMethods. */
export function supportedMethodsHandler(): handleUnaryCall<
  SharedPb.Empty,
  FeaturesPb.SupportedMethods
> {
  const answer = new SupportedMethods();
  answer.setEventStoreServerVersion(SERVER_VERSION);
  answer.setMethodsList(
    METHODS.map(([service, name, features]) => {
      const method = new SupportedMethod();
      method.setServiceName(service);
      method.setMethodName(name);
      method.setFeaturesList([...features]);
      return method;
    }),
  );
  return (_call, callback) => callback(null, answer);
}
