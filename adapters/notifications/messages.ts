/** Messages to people, each by the provider of its channel. */

import { setTimeout as delay } from 'node:timers/promises';
import type { EmailAddress, PhoneNumber } from '../../domain/shared/identifier.js';
import type { Log } from '../../ports/log.js';
import type { Channel, Delivery, Message, Messages } from '../../ports/messages.js';
import type { Metrics } from '../../ports/metrics.js';
import { maskDestination } from './mask.js';
import { type Attempt, deliveries, type Provider } from './provider.js';
import { createTurns, type TurnLimits, type Turns } from './turns.js';

/** `null`: the channel has no provider here. */
export interface MessageProviders {
  readonly sms: Provider<PhoneNumber> | null;
  readonly email: Provider<EmailAddress> | null;
}

export interface MessageTools {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What an operator learns about a channel without sending anything. */
export interface ChannelCheck {
  readonly channel: Channel;
  /** `null`: it has no provider. */
  readonly found: {
    readonly provider: string;
    readonly isReady: boolean;
    readonly text: string;
  } | null;
}

export interface OpenMessages extends Messages {
  check(): Promise<readonly ChannelCheck[]>;
  /** Takes no more messages; those under way get so long, then their connections end. */
  close(graceMs: number): Promise<void>;
}

/** What messages of one channel may wait for a connection; others are turned away. */
type Waits = Pick<TurnLimits, 'waitingMax' | 'waitMsMax'>;

/** With the time-outs of the providers this stays below the time-out of a request. */
const usualWaits: Waits = { waitingMax: 500, waitMsMax: 5_000 };

/** A provider, and the turns on its connections: its own queue would have no bound. */
interface Line<Address> {
  readonly provider: Provider<Address>;
  readonly turns: Turns;
}

const lineOf = <Address>(
  provider: Provider<Address> | null,
  waits: Waits,
): Line<Address> | null => {
  if (provider === null) return null;
  return { provider, turns: createTurns({ atOnceMax: provider.connectionsMax, ...waits }) };
};

const busy: Attempt = { delivery: deliveries.later, code: 'busy' };

const attempt = async <Address>(
  { provider, turns }: Line<Address>,
  to: Address,
  { id, subject, text }: Message,
): Promise<Attempt> => {
  const endTurn = await turns.take();
  if (endTurn === null) return busy;
  try {
    return await provider.send({ id, to, subject, text });
  } finally {
    endTurn();
  }
};

const outcomeOf = (delivery: Delivery): string => {
  if (delivery.kind === 'refused') return `refused-${delivery.reason}`;
  return delivery.kind === 'failed' ? delivery.retry : delivery.kind;
};

/** What somebody has to mend is an error; a number that does not exist is everyday life. */
const levelOf = (outcome: string): 'info' | 'warn' | 'error' => {
  if (outcome === 'accepted' || outcome === 'refused-receiver') return 'info';
  return outcome === 'configuration' || outcome === 'refused-message' ? 'error' : 'warn';
};

/** Tells operators of an ending: without the text, and with what is harmless of the address. */
const tell = (
  { log, metrics }: MessageTools,
  { id, purpose, destination }: Message,
  { delivery, code }: { readonly delivery: Delivery; readonly code: string },
): void => {
  const outcome = outcomeOf(delivery);
  const { kind: channel } = destination;
  metrics.count('messages_total', { channel, purpose, outcome });
  const to = maskDestination(destination);
  const line = outcome === 'accepted' ? 'a message was handed over' : 'a message did not go out';
  log[levelOf(outcome)](line, { messageId: id, purpose, channel, to, outcome, cause: code });
};

const checkLine = async (
  channel: Channel,
  line: Line<PhoneNumber> | Line<EmailAddress> | null,
): Promise<ChannelCheck> => {
  if (line === null) return { channel, found: null };
  const { delivery, code, note } = await line.provider.check();
  const isReady = delivery.kind === 'accepted';
  const text = isReady ? note : `${outcomeOf(delivery)} (${code})`;
  return { channel, found: { provider: line.provider.name, isReady, text } };
};

/** Nothing connects before the first message. */
export const createMessages = (
  providers: MessageProviders,
  tools: MessageTools,
  waits: Waits = usualWaits,
): OpenMessages => {
  const sms = lineOf(providers.sms, waits);
  const email = lineOf(providers.email, waits);
  const lines = [sms, email].filter((line) => line !== null);
  const trySending = async (message: Message): Promise<Attempt | null> => {
    const { destination } = message;
    if (destination.kind === 'sms') {
      return sms === null ? null : attempt(sms, destination.to, message);
    }
    return email === null ? null : attempt(email, destination.to, message);
  };
  return {
    channels: new Set<Channel>([
      ...(sms === null ? [] : (['sms'] as const)),
      ...(email === null ? [] : (['email'] as const)),
    ]),
    send: async (message) => {
      const startedMs = performance.now();
      const made = await trySending(message);
      const delivery: Delivery = made?.delivery ?? { kind: 'unavailable' };
      tell(tools, message, { delivery, code: made?.code ?? 'no-provider' });
      const seconds = (performance.now() - startedMs) / 1_000;
      tools.metrics.observeSeconds('message_seconds', seconds, {
        channel: message.destination.kind,
      });
      return delivery;
    },
    check: () => Promise.all([checkLine('sms', sms), checkLine('email', email)]),
    close: async (graceMs) => {
      for (const { turns } of lines) turns.close();
      const done = new AbortController();
      const ended = Promise.all(lines.map(({ turns }) => turns.ended()));
      await Promise.race([ended, delay(graceMs, null, { signal: done.signal })]);
      done.abort();
      await Promise.all(lines.map(({ provider }) => provider.close()));
      await ended;
    },
  };
};
