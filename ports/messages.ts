/**
 * Messages to people who are not in the app: by SMS or e-mail, to one address each.
 *
 * A message goes out at most once. Neither way of sending knows a repetition when it sees one, so
 * whatever may have gone out already is told to the caller, who has the person at hand to ask.
 */

import type { EmailAddress, Identifier, PhoneNumber } from '../domain/shared/identifier.js';

export type Destination =
  | { readonly kind: 'sms'; readonly to: PhoneNumber }
  | { readonly kind: 'email'; readonly to: EmailAddress };

export type Channel = Destination['kind'];

/** What it is about, for operators; the text itself is read by its receiver only. */
export type MessagePurpose = 'sign-in-code' | 'set-up-link' | 'broadcast' | 'check';

export interface Message {
  /** Id of the command that wants it. Two e-mails of one id are recognisable as the same one. */
  readonly id: string;
  readonly purpose: MessagePurpose;
  readonly destination: Destination;
  /** Not part of an SMS. */
  readonly subject: string;
  readonly text: string;
}

/** What became of a message. Whoever sends it decides what that means to the person. */
export type Delivery =
  /** The provider has taken it; whether it arrives is not told to anybody. */
  | { readonly kind: 'accepted' }
  /** It did not go out, and would not the next time: there is no such receiver, or it is unfit. */
  | { readonly kind: 'refused'; readonly reason: 'receiver' | 'message' }
  /**
   * `later`: it did not go out, and may be sent again. `configuration`: the same, but an operator
   * has to mend something first. `unknown-outcome`: it may have gone out; only the person who waits
   * for it can say that it has not, so it is not sent again unless they ask.
   */
  | { readonly kind: 'failed'; readonly retry: 'later' | 'configuration' | 'unknown-outcome' }
  /** There is no provider for this channel here. It says nothing about the receiver. */
  | { readonly kind: 'unavailable' };

export interface Messages {
  /** The channels that have a provider; others answer `unavailable`. */
  readonly channels: ReadonlySet<Channel>;
  /** Hands one message over, once, within bounded time. Never rejects for reasons of the world. */
  send(message: Message): Promise<Delivery>;
}

/** The channel of an identifier is its own: what is for its holder goes nowhere else (P-090). */
export const destinationOf = (identifier: Identifier): Destination =>
  identifier.kind === 'phone'
    ? { kind: 'sms', to: identifier.value }
    : { kind: 'email', to: identifier.value };
