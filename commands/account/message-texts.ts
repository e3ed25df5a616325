/**
 * What the messages about accounts say. All of them are here, so that whoever changes or translates
 * them sees the whole voice of the program at once.
 *
 * An SMS is ASCII and at most 160 characters, or it is billed as several. It holds no link: people
 * who are used to links in such messages follow those of others, too.
 */

import type { EmailAddress, Identifier } from '../../domain/shared/identifier.js';
import { destinationOf, type Message } from '../../ports/messages.js';

interface SignInCode {
  /** Id of the command that asked for the code. */
  readonly id: string;
  readonly identifier: Identifier;
  readonly code: string;
  readonly validMinutes: number;
}

const signInSms = ({ code, validMinutes }: SignInCode): string =>
  `${code} is your PowerBank sign-in code, valid for ${validMinutes} minutes. ` +
  'Nobody from PowerBank will ask you for it: do not tell it to anyone.';

const signInEmail = ({ code, validMinutes }: SignInCode): string =>
  [
    `Your sign-in code is ${code}`,
    `It is valid for ${validMinutes} minutes and works once. Type it where you asked for it.`,
    'Nobody from PowerBank will ask you for it: do not tell it to anyone. If you have not asked ' +
      'for a code, there is nothing to do: nobody gets in without it.',
  ].join('\n\n');

/** The code for its holder (AUTH-2), by the channel of the identifier and no other (P-090). */
export const signInCodeMessage = (wish: SignInCode): Message => ({
  id: wish.id,
  purpose: 'sign-in-code',
  destination: destinationOf(wish.identifier),
  // Without the code: subjects are shown on locked screens.
  subject: 'Your PowerBank sign-in code',
  text: wish.identifier.kind === 'phone' ? signInSms(wish) : signInEmail(wish),
});

interface SetUpLink {
  readonly id: string;
  readonly to: EmailAddress;
  readonly link: string;
  readonly validHours: number;
}

/** The way to a first password (AUTH-12); by e-mail only, since it is a link. */
export const setUpLinkMessage = ({ id, to, link, validHours }: SetUpLink): Message => ({
  id,
  purpose: 'set-up-link',
  destination: { kind: 'email', to },
  subject: 'Set up your PowerBank account',
  text: [
    'An account at PowerBank was made for you. Choose its password here:',
    link,
    `The link works once, within ${validHours} hours. After that, ask for another one.`,
    'If you do not know what this is about, there is nothing to do.',
  ].join('\n\n'),
});

/** For operators who want to see whether messages arrive. */
export const checkMessage = (id: string, identifier: Identifier): Message => ({
  id,
  purpose: 'check',
  destination: destinationOf(identifier),
  subject: 'A check by PowerBank',
  text: 'This is a check by PowerBank. There is nothing to do.',
});
