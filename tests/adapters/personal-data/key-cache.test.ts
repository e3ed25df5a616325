import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createKeyCache } from '../../../adapters/personal-data/key-cache.js';
import { subjectKeyOf } from '../../../adapters/personal-data/subject-key.js';

const newKey = () => {
  const key = subjectKeyOf(randomBytes(32));
  if (key === null) throw new Error('32 bytes are a key');
  return key;
};

test('nothing is kept before destroyed keys are heard of, and nothing after', (t) => {
  const cache = createKeyCache();
  cache.put('user:a', newKey(), cache.ticket());
  t.is(cache.get('user:a'), undefined);
  cache.resume();
  const key = newKey();
  cache.put('user:a', key, cache.ticket());
  t.is(cache.get('user:a'), key);
  cache.suspend();
  t.is(cache.get('user:a'), undefined);
  cache.put('user:a', key, cache.ticket());
  cache.resume();
  t.is(cache.get('user:a'), undefined);
});

test('a key that was read before a message came is not kept', (t) => {
  const cache = createKeyCache();
  cache.resume();
  const ticket = cache.ticket();
  cache.forget('user:a');
  cache.put('user:a', newKey(), ticket);
  t.is(cache.get('user:a'), undefined, 'the message may have been about this very key');
  cache.put('user:a', 'destroyed', cache.ticket());
  t.is(cache.get('user:a'), 'destroyed');
});

test('a key that was read before listening broke off is not kept after it goes on', (t) => {
  const cache = createKeyCache();
  cache.resume();
  const ticket = cache.ticket();
  cache.suspend();
  cache.resume();
  cache.put('user:a', newKey(), ticket);
  t.is(cache.get('user:a'), undefined);
});

test('a message while nobody listens lets nothing be kept', (t) => {
  const cache = createKeyCache();
  cache.forget('user:a');
  t.is(cache.ticket(), null);
});

test('the least recently used key goes first', (t) => {
  const cache = createKeyCache(2);
  cache.resume();
  for (const subject of ['user:a', 'user:b']) cache.put(subject, newKey(), cache.ticket());
  cache.get('user:a');
  cache.put('user:c', newKey(), cache.ticket());
  t.deepEqual(
    ['user:a', 'user:b', 'user:c'].map((subject) => cache.get(subject) !== undefined),
    [true, false, true],
  );
});
