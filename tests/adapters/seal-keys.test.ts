import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import {
  derivedSealKey,
  makeSealKey,
  readPublicKeys,
  readSealKey,
} from '../../adapters/seal-keys.js';

const message = Buffer.from('what is signed');

const lineOf = (pem: string): string => pem.split('\n')[1] ?? '';

test('a key is read from its PEM, or from the one line in it', (t) => {
  const { privatePem, key } = makeSealKey();
  const keys = readPublicKeys(key.publicPem);
  for (const text of [privatePem, lineOf(privatePem)]) {
    const read = readSealKey(text);
    t.is(read?.keyId, key.keyId);
    t.is(read?.publicPem, key.publicPem);
    const signature = read?.sign(message) ?? Buffer.alloc(64);
    t.is(keys?.verify(key.keyId, message, signature), 'valid');
  }
});

test('whatever is no private key of that kind is refused', (t) => {
  const { privatePem, key } = makeSealKey();
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const texts = [
    '',
    'a secret of more than thirty-two bytes, but no key',
    lineOf(privatePem).slice(0, 40),
    key.publicPem,
    other.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ];
  for (const text of texts) t.is(readSealKey(text), null, text);
});

test('from the same secret follows the same key, and from another one another', (t) => {
  const one = derivedSealKey('one secret');
  t.is(derivedSealKey('one secret').keyId, one.keyId);
  t.not(derivedSealKey('another secret').keyId, one.keyId);
  const keys = readPublicKeys(one.publicPem);
  t.is(keys?.verify(one.keyId, message, one.sign(message)), 'valid');
});

test('public keys stand behind each other, with whatever between, and are named by themselves', (t) => {
  const [one, other] = [makeSealKey().key, makeSealKey().key];
  // A name that lies is not believed.
  const file = `Key 0000000000000000\r\n${one.publicPem}\n# the next\n${other.publicPem}`;
  const keys = readPublicKeys(file);
  t.is(keys?.verify(one.keyId, message, one.sign(message)), 'valid');
  t.is(keys?.verify(other.keyId, message, other.sign(message)), 'valid');
  t.is(keys?.verify(one.keyId, message, other.sign(message)), 'invalid');
  t.is(keys?.verify(makeSealKey().key.keyId, message, one.sign(message)), 'unknown-key');
});

test('a file without public keys, or with one of another kind, is none', (t) => {
  const { privatePem, key } = makeSealKey();
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const strange = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  t.is(readPublicKeys(''), null);
  t.is(readPublicKeys(privatePem), null);
  t.is(readPublicKeys(key.publicPem + strange), null);
  t.is(readPublicKeys(key.publicPem.replace('MCow', 'AAAA')), null);
});
