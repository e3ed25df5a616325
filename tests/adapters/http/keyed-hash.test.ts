import { createHmac } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { keyedHash } from '../../../adapters/http/keyed-hash.js';

const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

test('the keyed hash is HMAC-SHA-256, whatever the lengths of secret and text', (t) => {
  const secret = fc.string({ unit: 'binary', maxLength: 200 });
  const short = fc.string({ unit: 'binary', maxLength: 100 });
  const long = fc.string({ unit: 'binary', minLength: 500, maxLength: 3_000 });
  fc.assert(
    fc.property(secret, fc.array(fc.oneof(short, long), { maxLength: 5 }), (key, texts) => {
      const hashOf = keyedHash(key);
      for (const text of texts) t.is(hashOf(text), hmac(key, text));
    }),
  );
});
