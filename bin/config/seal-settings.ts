/** Settings of the seals by which changes of the log are noticed. */

import { readPublicKeys, readSealKey } from '../../adapters/seal-keys.js';
import { sealEventsMax } from '../../domain/seal/index.js';
import { optional, plain, SettingText, wholeNumber } from './setting.js';

const isText = (input: unknown): input is string => typeof input === 'string';

const signingKey = new SettingText(
  'an Ed25519 private key (PKCS #8, as `powerbank audit seal keygen` makes it)',
  {
    is: isText,
    parse: (text) => (readSealKey(text) === null ? null : text),
    print: (text) => text,
  },
);

const publicKeys = new SettingText('Ed25519 public keys in PEM, one behind the other', {
  is: isText,
  parse: (text) => (readPublicKeys(text) === null ? null : text),
  print: (text) => text,
});

export const sealSettings = {
  sealKey: optional(
    'secret',
    'SEAL_KEY',
    signingKey,
    'Signs the seals of the log; the same on all instances that run processes. PEM, or its line',
    'of letters only. Without it one follows from a secret that is made in the data folder.',
  ),
  sealPublicKeys: optional(
    'secret',
    'SEAL_PUBLIC_KEYS',
    publicKeys,
    'Public halves of the keys before, so that `powerbank audit verify` knows their seals.',
  ),
  sealIntervalSeconds: plain(
    'SEAL_INTERVAL_SECONDS',
    wholeNumber('seconds', 1, 86_400),
    '60',
    'Longest time that an event waits for its seal.',
  ),
  sealEventsMax: plain(
    'SEAL_EVENTS_MAX',
    wholeNumber('events', 1, sealEventsMax),
    '1000',
    'Most events under one seal: when so many wait, they are sealed at once.',
  ),
};
