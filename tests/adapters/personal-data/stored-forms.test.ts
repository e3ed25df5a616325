/** Forms that are stored for ever: what one version wrote, every later one has to read. */

import test from 'ava';
import * as O from 'fp-ts/lib/Option.js';
import { openText, subjectKeyOf } from '../../../adapters/personal-data/subject-key.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { Sealed } from '../../../domain/shared/sealed.js';
import { oldKeys } from './instance.js';

const keyBytes = new Uint8Array(32).fill(7);

test('a seal of form 1 in the log opens', (t) => {
  const key = subjectKeyOf(keyBytes);
  const sealed = brandOrThrow(
    Sealed,
    'sealed.1.HcN8DzWXwLLkgkXW3oc7lqrv0cgoFTDnpkqWZGZmLWt4g26-KVSjzqsKd3D_SZ_6FazewsfcsFw',
  );
  if (key === null) throw new Error('32 bytes are a key');
  const opened = openText(key, { subject: 'user:a', field: 'profile', sealed });
  t.deepEqual(opened, { kind: 'text', text: 'Sita शर्मा' });
});

test('a wrapped key in a backup is unwrapped, and its master key has the name that it had', (t) => {
  const wrapped = Buffer.from(
    'msEw_mCvBlPU_IcuEKnGazRTPO9eIADcq0fFWRe4DxKcY6LGLklXQ5yJqxj6yTRu96Siy9BGbpX97Mfy',
    'base64url',
  );
  t.is(oldKeys.current.id, '82983ed055c43c1d');
  t.deepEqual(oldKeys.current.unwrap('user:a', wrapped), O.some(Buffer.from(keyBytes)));
});

test('bytes of another length are no key', (t) => {
  t.is(subjectKeyOf(keyBytes.subarray(1)), null);
});
