/**
 * Who is connected, from what brokers publish about themselves.
 *
 * A disconnect is a hint and any later uplink refutes it; a connect can be trusted, because both
 * brokers announce it only after the login. Neither broker keeps these messages, so cabinets that
 * were connected before us are first heard of by their traffic.
 */

import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import { concatMap, EMPTY, type Observable, of } from 'rxjs';
import type { Instant } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import { isTopicLevel } from './family-a/topics.js';

/** What the back end's account subscribes to; a broker of the other make never uses them. */
export const PRESENCE_FILTERS = [
  '$SYS/+/new/clients',
  '$SYS/+/disconnect/clients',
  '$SYS/broker/log/N',
] as const;

/** The part of a message that says something. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** A client has connected or gone. The back end's own clients appear as well. */
export interface PresenceChange {
  readonly deviceName: string;
  readonly connected: boolean;
}

export interface PresenceEvent extends PresenceChange {
  /** When we heard of it. */
  readonly at: Instant;
}

const changeOf = (deviceName: string | undefined, connected: boolean): O.Option<PresenceChange> =>
  deviceName !== undefined && isTopicLevel(deviceName) ? O.some({ deviceName, connected }) : O.none;

const AEDES_TOPIC = /^\$SYS\/[^/]+\/(new|disconnect)\/clients$/;

/** aedes: the payload is the client id. */
export const parseAedesPresence = (topic: string, text: string): O.Option<PresenceChange> => {
  const event = AEDES_TOPIC.exec(topic)?.[1];
  return event === undefined ? O.none : changeOf(text, event === 'new');
};

const MOSQUITTO_NOTICES = '$SYS/broker/log/N';

/** Log lines begin with seconds since 1970 unless time stamps are off. */
const CONNECTED = /^(?:\d+: )?New client connected from \S+ as (\S+) \(/;

/**
 * The ways in which a session ends. `Client X disconnected, not authorised.` is left out on
 * purpose: it is a refused login, its id is whatever the stranger claims, and the cabinet of that
 * name is still there.
 */
const DISCONNECTED: readonly RegExp[] = [
  /^(?:\d+: )?Client (\S+) disconnected\.$/,
  /^(?:\d+: )?Client (\S+) closed its connection\.$/,
  /^(?:\d+: )?Client (\S+) has exceeded timeout, disconnecting\.$/,
  /^(?:\d+: )?Client (\S+) (?:disconnected due to|been disconnected by) .+\.$/,
  /^(?:\d+: )?Client (\S+) disconnected: .+\.$/,
  /^(?:\d+: )?Bad socket read\/write on client (\S+): .+$/,
  /^(?:\d+: )?Socket error on client (\S+), disconnecting\.$/,
];

/**
 * mosquitto: lines of its log at level notice. Client ids are user names on the cabinets'
 * listener, so they hold no spaces that could imitate another line.
 */
export const parseMosquittoPresence = (topic: string, line: string): O.Option<PresenceChange> => {
  if (topic !== MOSQUITTO_NOTICES) return O.none;
  const connected = CONNECTED.exec(line)?.[1];
  if (connected !== undefined) return changeOf(connected, true);
  const gone = DISCONNECTED.map((pattern) => pattern.exec(line)?.[1]).find(
    (deviceName) => deviceName !== undefined,
  );
  return changeOf(gone, false);
};

/** Whichever broker it came from; none for messages that say nothing about presence. */
export const parsePresence = ({ topic, payload }: BrokerMessage): O.Option<PresenceChange> => {
  const text = new TextDecoder().decode(payload);
  return pipe(
    parseAedesPresence(topic, text),
    O.alt(() => parseMosquittoPresence(topic, text)),
  );
};

/** The presence events among a broker's messages, in the order in which they arrive. */
export const presenceEvents = (
  messages: Observable<BrokerMessage>,
  clock: Pick<Clock, 'now'>,
): Observable<PresenceEvent> =>
  messages.pipe(
    concatMap((message) =>
      pipe(
        parsePresence(message),
        O.match(
          () => EMPTY,
          (change) => of({ ...change, at: clock.now() }),
        ),
      ),
    ),
  );
